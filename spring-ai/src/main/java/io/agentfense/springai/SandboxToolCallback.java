package io.agentfense.springai;

import io.agentfense.client.tools.AgentTool;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/** One tool, as Spring AI calls it. Thread-safe. */
final class SandboxToolCallback implements ToolCallback {
    private final AgentTool tool;

    SandboxToolCallback(AgentTool tool) {
        this.tool = tool;
    }

    @Override
    public ToolDefinition getToolDefinition() {
        return ToolDefinition.builder()
                .name(tool.name())
                .description(tool.description())
                .inputSchema(tool.inputSchema())
                .build();
    }

    @Override
    public String call(String arguments) {
        return tool.call(arguments);
    }
}
