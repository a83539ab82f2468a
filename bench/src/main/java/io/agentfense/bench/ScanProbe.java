package io.agentfense.bench;

import io.agentfense.secret.Budget;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.tree.TreeCount;
import io.agentfense.secret.tree.TreeListener;
import io.agentfense.secret.tree.TreeOptions;
import io.agentfense.secret.tree.TreeScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/** Times a scan of a tree for secrets. */
public final class ScanProbe {
    private ScanProbe() {}

    /** Arguments: the directory, how many threads, how often, and "list" to print what was found. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[2]);
        boolean list = args.length > 3;
        for (int i = 0; i < rounds; i++) {
            Tally tally = new Tally(list);
            TreeOptions options =
                    new TreeOptions(false, List.of(), TreeOptions.MAX_BYTES, Integer.parseInt(args[1]), Budget.DEFAULT);
            long begin = System.nanoTime();
            TreeCount count = new TreeScan(Scanner.standard(), options, tally).scanDirectory(args[0]);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "{\"files\": %d, \"bytes\": %d, \"binary\": %d, \"findings\": %d, \"seconds\": %.2f, \"mb_per_second\": %.1f}%n",
                    count.files(),
                    count.bytes(),
                    count.binary(),
                    tally.findings,
                    seconds,
                    count.bytes() / 1e6 / seconds);
            if (list) {
                System.err.println(tally.rules);
            }
        }
    }

    private static final class Tally implements TreeListener {
        private final boolean list;
        private final TreeMap<String, Integer> rules = new TreeMap<>();
        private long findings;

        private Tally(boolean list) {
            this.list = list;
        }

        @Override
        public void found(byte[] path, List<Finding> found) {
            findings += found.size();
            found.forEach(finding -> rules.merge(finding.rule().id(), 1, Integer::sum));
            if (list) {
                found.forEach(finding -> System.err.println(
                        finding.rule() + " " + new String(path, StandardCharsets.UTF_8) + ":" + finding.line() + ":"
                                + finding.column() + " " + finding.start() + "-" + finding.end()));
            }
        }

        @Override
        public void skipped(byte[] path, String reason) {
            if (list) {
                System.err.println("skipped " + new String(path, StandardCharsets.UTF_8) + ": " + reason);
            }
        }
    }
}
