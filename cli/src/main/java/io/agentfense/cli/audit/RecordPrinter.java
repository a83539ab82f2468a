package io.agentfense.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.format.JsonLine;
import java.io.IOException;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Prints records for people, or as they are. Nothing that a name holds gets to the terminal as more than a name. */
final class RecordPrinter {
    private final PrintStream out;
    private final boolean json;

    RecordPrinter(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Prints a record; false if nobody reads any more. */
    boolean print(AuditRecord record, byte[] line) throws IOException {
        out.write(json ? line : readable(record).getBytes(UTF_8));
        out.write('\n');
        return !out.checkError();
    }

    private static String readable(AuditRecord record) {
        StringBuilder text = new StringBuilder();
        text.append(record.event().timestamp().truncatedTo(ChronoUnit.MILLIS));
        text.append("  ").append(unseen(record.event().event()));
        record.event()
                .fields()
                .forEach((key, value) ->
                        text.append("  ").append(unseen(key)).append('=').append(value(value)));
        return text.toString();
    }

    private static String value(Object value) {
        return switch (value) {
            case String text when text.indexOf(' ') >= 0 -> "\"" + unseen(text) + "\"";
            case String text -> unseen(text);
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> {
                String object = new String(JsonLine.of(Map.of("", value)), UTF_8);
                yield object.substring("{\"\":".length(), object.length() - 1);
            }
        };
    }

    private static String unseen(String text) {
        return new String(JsonLine.text(text), UTF_8);
    }
}
