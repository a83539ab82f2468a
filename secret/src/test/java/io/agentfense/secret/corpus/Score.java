package io.agentfense.secret.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.corpus.Fixture.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a scanner makes of a corpus, by rule. */
final class Score {
    /** Of one rule: secrets there are, secrets found from first to last byte, findings that are none. */
    static final class Row {
        int secrets;
        int found;
        int falsePositives;
    }

    final Map<String, Row> rows = new TreeMap<>();
    final List<String> mistakes = new ArrayList<>();
    int secrets;
    int found;
    int clean;
    int falsePositives;

    static Score of(Scanner scanner, List<Fixture> fixtures) {
        Score score = new Score();
        for (Fixture fixture : fixtures) {
            score.add(fixture, scanner.scan(fixture.file(), fixture.content()));
        }
        return score;
    }

    private Row row(String rule) {
        return rows.computeIfAbsent(rule, any -> new Row());
    }

    private void add(Fixture fixture, List<Finding> findings) {
        List<Finding> left = new ArrayList<>(findings);
        for (Range secret : fixture.secrets()) {
            secrets++;
            Finding hit = left.stream()
                    .filter(f -> f.start() == secret.start()
                            && f.end() == secret.end()
                            && fixture.rules().contains(f.rule().id()))
                    .findFirst()
                    .orElse(null);
            Row row = row(hit == null ? fixture.rules().getFirst() : hit.rule().id());
            row.secrets++;
            if (hit == null) {
                mistakes.add("missed " + fixture.id() + ": " + text(fixture, secret) + ", found "
                        + left.stream()
                                .map(f -> f.rule() + " " + f.start() + "-" + f.end())
                                .toList() + " for " + secret);
            } else {
                row.found++;
                found++;
                left.remove(hit);
            }
        }
        clean += fixture.isSecret() ? 0 : 1;
        // What overlaps with a secret is no false positive; it was counted as missed.
        left.removeIf(f -> fixture.secrets().stream().anyMatch(s -> f.start() < s.end() && s.start() < f.end()));
        for (Finding wrong : left) {
            row(wrong.rule().id()).falsePositives++;
            mistakes.add("false in " + fixture.id() + ": " + wrong.rule() + " "
                    + text(fixture, new Range((int) wrong.start(), (int) wrong.end())));
        }
        falsePositives += left.isEmpty() ? 0 : 1;
    }

    private static String text(Fixture fixture, Range range) {
        int length = Math.min(60, range.end() - range.start());
        return new String(fixture.content(), range.start(), length, UTF_8).replace("\n", "\\n");
    }

    double recall() {
        return (double) found / secrets;
    }

    /** Files with a finding that is none, of those without a secret. */
    double falsePositiveRate() {
        return (double) falsePositives / clean;
    }

    /** The table, for people. */
    String table(String name) {
        StringBuilder table = new StringBuilder();
        table.append("| rule | secrets | found | false |\n|---|--:|--:|--:|\n");
        rows.forEach((rule, row) -> table.append(
                String.format("| %s | %d | %d | %d |%n", rule, row.secrets, row.found, row.falsePositives)));
        table.append(String.format(
                "| **%s** | %d | %d (%.1f %%) | in %d of %d files (%.1f %%) |%n",
                name, secrets, found, 100 * recall(), falsePositives, clean, 100 * falsePositiveRate()));
        mistakes.forEach(mistake -> table.append(mistake).append('\n'));
        return table.toString();
    }
}
