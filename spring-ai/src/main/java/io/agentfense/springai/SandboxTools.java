package io.agentfense.springai;

import io.agentfense.client.Sandbox;
import io.agentfense.client.tools.AgentTools;
import java.util.List;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;

/**
 * The tools of a sandbox for a chat client: Bash, Read, Write, Edit, Glob and Grep. What a tool may not do is its result;
 * {@link io.agentfense.client.SandboxException} is thrown where the sandbox or its server is gone. Thread-safe.
 */
public final class SandboxTools implements ToolCallbackProvider {
    private final List<SandboxToolCallback> callbacks;

    /** Over a sandbox, which whoever made it closes. */
    public SandboxTools(Sandbox sandbox) {
        callbacks =
                AgentTools.in(sandbox).stream().map(SandboxToolCallback::new).toList();
    }

    @Override
    public ToolCallback[] getToolCallbacks() {
        return callbacks.toArray(new ToolCallback[0]);
    }
}
