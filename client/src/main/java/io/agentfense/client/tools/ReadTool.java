package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.optional;
import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.Sandbox;
import java.util.Iterator;
import java.util.List;

/** Shows a file's lines with their numbers. */
final class ReadTool {
    private static final int USUAL_LINES = 2000;
    private static final int LONGEST_LINE = 2000;

    private ReadTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Read",
                "Shows a text file, each line behind its number. Lines are cut at " + LONGEST_LINE
                        + " characters, and the whole at " + Results.LONGEST + ": give offset and limit for more.",
                List.of(
                        required("file_path", AgentTool.Type.STRING, "The file, absolute or relative to /workspace"),
                        optional("offset", AgentTool.Type.INTEGER, "The first line to show, from 1"),
                        optional("limit", AgentTool.Type.INTEGER, "How many lines; " + USUAL_LINES + " if not given")),
                arguments -> show(
                        TextFile.read(sandbox, arguments.text("file_path")),
                        arguments.number("offset", 1),
                        arguments.number("limit", USUAL_LINES)));
    }

    private static String show(String content, long offset, long limit) throws ToolFailure {
        if (content.isEmpty()) {
            return "(the file is empty)";
        }
        if (limit < 1) {
            throw new ToolFailure("limit must be positive");
        }
        long first = Math.max(1, offset);
        StringBuilder shown = new StringBuilder();
        long number = 0;
        for (Iterator<String> lines = content.lines().iterator(); lines.hasNext(); ) {
            String line = lines.next();
            number++;
            if (number - first >= limit) {
                return shown.append("[more lines follow: go on with offset ")
                        .append(number)
                        .append("]\n")
                        .toString();
            }
            if (number >= first) {
                shown.append(String.format("%6d\t", number))
                        .append(line, 0, Math.min(line.length(), LONGEST_LINE))
                        .append('\n');
            }
        }
        if (shown.isEmpty()) {
            throw new ToolFailure("the file has only " + number + " lines");
        }
        return shown.toString();
    }
}
