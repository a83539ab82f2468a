package io.agentfense.cli.scan;

import io.agentfense.policy.PathText;
import io.agentfense.secret.Finding;
import io.agentfense.secret.report.FileFinding;
import io.agentfense.secret.rule.Confidence;
import io.agentfense.secret.tree.TreeCount;
import io.agentfense.secret.tree.TreeListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What scans came upon, put in order, so that the same files give the same output. */
final class Collected implements TreeListener {
    /** What was not scanned, and why. */
    record Skipped(byte[] path, String reason) {
        String text() {
            return PathText.printable(path) + ": " + reason;
        }
    }

    private final Confidence least;
    private final List<FileFinding> findings = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private final List<TreeCount> counts = new ArrayList<>();

    Collected(Confidence least) {
        this.least = least;
    }

    @Override
    public synchronized void found(byte[] path, List<Finding> found) {
        for (Finding finding : found) {
            if (finding.rule().confidence().compareTo(least) >= 0) {
                findings.add(new FileFinding(path, finding));
            }
        }
    }

    @Override
    public synchronized void skipped(byte[] path, String reason) {
        skipped.add(new Skipped(path, reason));
    }

    void add(TreeCount count) {
        counts.add(count);
    }

    /** By path and place; what two of the named paths share is there once. */
    List<FileFinding> findings() {
        return findings.stream().sorted().distinct().toList();
    }

    List<Skipped> skipped() {
        return skipped.stream().sorted(Comparator.comparing(Skipped::text)).toList();
    }

    /** One line for people: what was found in how much. */
    String summary(int fresh, int known) {
        StringBuilder text = new StringBuilder();
        text.append(fresh == 0 ? "nothing found" : fresh + " found");
        text.append(known > 0 ? ", " + known + " known by the baseline" : "");
        text.append(String.format(
                Locale.ROOT, " in %,d files of %.1f MB", sum(TreeCount::files), sum(TreeCount::bytes) / 1e6));
        append(text, sum(TreeCount::binary), "not text");
        append(text, sum(TreeCount::ignored), "ignored (--no-ignore scans them)");
        append(text, sum(TreeCount::notRegular), "links or no regular files");
        append(text, skipped.size(), "not scanned");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }

    private long sum(java.util.function.ToLongFunction<TreeCount> part) {
        return counts.stream().mapToLong(part).sum();
    }
}
