package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.optional;
import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.FileMatch;
import io.agentfense.client.Sandbox;
import java.util.List;

/** Finds lines in files that the sandbox lets be read. */
final class GrepTool {
    private GrepTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Grep",
                "Finds the first 1000 lines that match a POSIX extended regular expression, as path:number:line.",
                List.of(
                        required("pattern", AgentTool.Type.STRING, "The regular expression"),
                        optional("path", AgentTool.Type.STRING, "The file or directory; /workspace if not given"),
                        optional("glob", AgentTool.Type.STRING, "Which names to look into, such as *.java")),
                arguments -> find(sandbox, arguments));
    }

    private static String find(Sandbox sandbox, Arguments arguments) throws ToolFailure {
        if (arguments.text("pattern").isEmpty()) {
            throw new ToolFailure("pattern is empty");
        }
        List<FileMatch> matches = sandbox.files()
                .searchExpression(
                        arguments.optional("path").orElse("/workspace"),
                        arguments.text("pattern"),
                        arguments.optional("glob").orElse(""));
        if (matches.isEmpty()) {
            return "No matches found";
        }
        return String.join(
                "\n",
                matches.stream()
                        .map(match -> match.path() + ":" + match.line() + ":" + match.text())
                        .toList());
    }
}
