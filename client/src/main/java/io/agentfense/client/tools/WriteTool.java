package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.Sandbox;
import java.util.List;

/** Writes a whole file. */
final class WriteTool {
    private WriteTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Write",
                "Writes a file, in the place of what was there. Directories above it are made.",
                List.of(
                        required("file_path", AgentTool.Type.STRING, "The file, absolute or relative to /workspace"),
                        required("content", AgentTool.Type.STRING, "All of its content")),
                arguments -> write(sandbox, arguments.text("file_path"), arguments.text("content")));
    }

    private static String write(Sandbox sandbox, String path, String content) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !sandbox.files().exists(path.substring(0, slash))) {
            sandbox.files().makeDirectories(path.substring(0, slash));
        }
        long size = sandbox.files().write(path, content).size();
        return "Wrote " + size + " bytes to " + path + ".";
    }
}
