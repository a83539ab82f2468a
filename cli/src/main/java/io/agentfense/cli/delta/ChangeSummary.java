package io.agentfense.cli.delta;

import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.LineCounts;
import io.agentfense.workspace.delta.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Changes with the size of each, laid out as {@code git diff --stat} does. */
final class ChangeSummary {
    private static final int BAR = 40;

    private final List<Row> rows = new ArrayList<>();

    private record Row(String path, LineCounts counts) {
        int lines() {
            return counts.binary() ? 0 : counts.added() + counts.deleted();
        }
    }

    /**
     * Counts; directories, and changes of times alone, are left out as git does.
     *
     * @throws IOException if a file can't be read
     */
    ChangeSummary(List<Change> changes) throws IOException {
        for (Change change : changes) {
            if (change.kind() != Change.Kind.TOUCHED && !change.makesDirectory() && !change.replacesDirectory()) {
                rows.add(new Row(Printable.text(change.path().bytes()), LineCounts.of(change)));
            }
        }
    }

    void print(PrintStream out) {
        int width = rows.stream().mapToInt(row -> row.path.length()).max().orElse(0);
        int most = rows.stream().mapToInt(Row::lines).max().orElse(0);
        int digits = Math.max(3, Integer.toString(most).length());
        for (Row row : rows) {
            out.println(" " + row.path + " ".repeat(width - row.path.length()) + " | " + size(row, digits, most));
        }
        int added = rows.stream()
                .mapToInt(row -> row.counts.binary() ? 0 : row.counts.added())
                .sum();
        int deleted = rows.stream()
                .mapToInt(row -> row.counts.binary() ? 0 : row.counts.deleted())
                .sum();
        out.println(" " + count(rows.size(), "file") + " changed" + part(added, "insertion", "+")
                + part(deleted, "deletion", "-"));
    }

    private static String size(Row row, int digits, int most) {
        if (row.counts.binary()) {
            return "Bin " + row.counts.deleted() + " -> " + row.counts.added() + " bytes";
        }
        String number = Integer.toString(row.lines());
        return " ".repeat(digits - number.length()) + number + " " + "+".repeat(bar(row.counts.added(), most))
                + "-".repeat(bar(row.counts.deleted(), most));
    }

    /** A bar's length: the lines themselves while all bars fit, and never none for some. */
    private static int bar(int lines, int most) {
        return most <= BAR ? lines : (int) Math.ceilDiv((long) lines * BAR, most);
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String part(int number, String noun, String sign) {
        return number == 0 ? "" : ", " + count(number, noun) + "(" + sign + ")";
    }
}
