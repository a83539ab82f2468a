package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.optional;
import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.Sandbox;
import java.util.List;

/** Replaces a text in a file by another, exactly. */
final class EditTool {
    private EditTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Edit",
                "Replaces a text in a file. old_string must be there exactly as given, with its white space, and once"
                        + " unless replace_all is true.",
                List.of(
                        required("file_path", AgentTool.Type.STRING, "The file, absolute or relative to /workspace"),
                        required("old_string", AgentTool.Type.STRING, "The text to replace"),
                        required("new_string", AgentTool.Type.STRING, "What takes its place"),
                        optional("replace_all", AgentTool.Type.BOOLEAN, "Whether to replace it everywhere")),
                arguments -> edit(sandbox, arguments));
    }

    private static String edit(Sandbox sandbox, Arguments arguments) throws ToolFailure {
        String path = arguments.text("file_path");
        String from = arguments.text("old_string");
        String to = arguments.text("new_string");
        if (from.isEmpty()) {
            throw new ToolFailure("old_string is empty. Write makes a new file.");
        }
        if (from.equals(to)) {
            throw new ToolFailure("No changes to make: old_string and new_string are exactly the same.");
        }
        String content = TextFile.read(sandbox, path);
        int count = count(content, from);
        if (count == 0) {
            throw new ToolFailure("String to replace not found in file.\nString: " + from);
        }
        if (count > 1 && !arguments.flag("replace_all")) {
            throw new ToolFailure("Found " + count + " matches of the string to replace, but replace_all is false. To"
                    + " replace all of them, set replace_all to true. To replace one, give more of what is around it."
                    + "\nString: " + from);
        }
        sandbox.files().write(path, content.replace(from, to));
        return "Replaced " + count + (count == 1 ? " occurrence in " : " occurrences in ") + path + ".";
    }

    private static int count(String content, String text) {
        int count = 0;
        for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + text.length())) {
            count++;
        }
        return count;
    }
}
