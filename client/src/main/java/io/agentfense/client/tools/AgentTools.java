package io.agentfense.client.tools;

import io.agentfense.client.Sandbox;
import java.util.List;

/**
 * Bash, Read, Write, Edit, Glob and Grep, under the names and with the arguments that models know. What they may touch is for
 * the sandbox's rules to say.
 */
public final class AgentTools {
    private AgentTools() {}

    /** All of them, in one sandbox, which has to be closed by whoever made it. */
    public static List<AgentTool> in(Sandbox sandbox) {
        return List.of(
                BashTool.in(sandbox),
                ReadTool.in(sandbox),
                WriteTool.in(sandbox),
                EditTool.in(sandbox),
                GlobTool.in(sandbox),
                GrepTool.in(sandbox));
    }
}
