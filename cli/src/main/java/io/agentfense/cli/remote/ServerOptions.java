package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.workspace.delta.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which server, as whom, and how its answer is printed: a mixin for every command that asks one. */
final class ServerOptions extends ServerChoice {
    @Option(names = "--json", description = "Print the server's answer as it is.")
    private boolean json;

    /** Prints one object: as JSON, or the field that a script goes on with. */
    void print(PrintStream out, JsonNode object, String field) {
        out.println(json ? object.toString() : object.path(field).asText());
    }

    /** Prints what would be uploaded: as JSON, or a line each. */
    void print(PrintStream out, UploadPlan plan) {
        if (json) {
            ObjectNode document = Server.object();
            ArrayNode taken = document.putArray("taken");
            plan.taken().forEach(path -> taken.add(new String(path, StandardCharsets.UTF_8)));
            ArrayNode left = document.putArray("left");
            plan.left()
                    .forEach(each -> left.addObject()
                            .put("path", new String(each.path(), StandardCharsets.UTF_8))
                            .put("source", each.why().source())
                            .put("pattern", each.why().pattern()));
            out.println(document);
            return;
        }
        plan.taken().forEach(path -> out.println("+ " + Printable.text(path)));
        plan.left()
                .forEach(each -> out.println("- " + Printable.text(each.path()) + "  ("
                        + Printable.text(each.why().source() + ": " + each.why().pattern()) + ")"));
    }

    /** Prints a list: as JSON, or a line each with these fields, in columns. */
    void table(PrintStream out, JsonNode answer, String list, String... fields) {
        if (json) {
            out.println(answer.toString());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(fields).stream()
                .map(field -> field.toUpperCase(java.util.Locale.ROOT))
                .toList());
        answer.path(list)
                .forEach(item -> rows.add(List.of(fields).stream()
                        .map(field -> shown(item.path(field)))
                        .toList()));
        int[] widths = new int[fields.length];
        rows.forEach(row -> {
            for (int i = 0; i < fields.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        rows.forEach(row -> out.println(line(row, widths)));
    }

    /** Names of enumerations without what they all begin with; nothing of control characters. */
    private static String shown(JsonNode value) {
        String text = value.isContainerNode() ? value.toString() : value.asText("");
        return text.replaceFirst("^(SANDBOX|SESSION)_STATUS_", "").replaceAll("\\p{Cntrl}", "?");
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            line.append(cell);
            if (i < widths.length - 1) {
                line.append(" ".repeat(widths[i] - cell.length() + 2));
            }
        }
        return line.toString().stripTrailing();
    }
}
