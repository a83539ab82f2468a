package io.agentfense.secret;

import io.agentfense.secret.match.Literals;
import io.agentfense.secret.rule.Hit;
import io.agentfense.secret.rule.Rule;
import io.agentfense.secret.text.Position;
import io.agentfense.secret.text.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What rules found in one window, until it is known which of them win. Confined to its thread. */
final class Candidates implements Literals.Listener<Scanner.Ranked> {
    private static final int LINE_REACH = 1024;
    private static final String ALLOW = ":allow";
    private static final List<String> TOOLS = List.of("agentfense", "gitleaks");

    private record Candidate(int rank, Rule rule, int start, int end, int publicPrefix) {}

    private final Text text = new Text();
    private final Hit hit = new Hit();
    private final List<Candidate> candidates = new ArrayList<>();
    private int from;
    private int to;
    private long told;
    private long begun;
    private long allowed;
    private boolean exhausted;

    /** Begins with other content. */
    void clear() {
        candidates.clear();
        told = 0;
        begun = text.work();
        exhausted = false;
    }

    /** Whether the work has come to more than is allowed, so that not all was looked at. */
    boolean isExhausted() {
        return exhausted;
    }

    /**
     * Looks at a window, of which secrets that begin in a range count.
     *
     * @param allowed how much work may have been done when it is looked at, since the content began
     */
    void over(byte[] buffer, int filled, int from, int to, long allowed) {
        text.set(buffer, filled);
        this.allowed = allowed;
        this.from = from;
        this.to = to;
    }

    @Override
    public void found(Scanner.Ranked ranked, int start, int end) {
        exhausted |= text.work() - begun > allowed;
        if (exhausted) {
            return;
        }
        if (ranked.rule().find(text, start, end, hit) && hit.start >= from && hit.start < to) {
            candidates.add(new Candidate(ranked.rank(), ranked.rule(), hit.start, hit.end, hit.publicPrefix));
        }
    }

    /** Tells of those that overlap with none that wins over them, in their order, and forgets all. */
    void tell(byte[] buffer, Position start, long dropped, boolean narrowed, Consumer<Finding> sink) {
        if (candidates.isEmpty()) {
            return;
        }
        Collection<Candidate> won = winners();
        candidates.clear();
        Position position = start.copy();
        int at = 0;
        for (Candidate winner : won) {
            if (dropped + winner.start < told || isAllowed(winner.start)) {
                continue;
            }
            position.advance(buffer, at, winner.start);
            Position behind = position.copy();
            behind.advance(buffer, winner.start, winner.end);
            at = winner.start;
            told = dropped + winner.end;
            sink.accept(new Finding(
                    winner.rule,
                    offset(dropped + winner.start, narrowed),
                    offset(dropped + winner.end, narrowed),
                    position.line(),
                    position.column(),
                    behind.line(),
                    behind.column(),
                    Mask.of(text, winner.start, winner.end, winner.publicPrefix),
                    Fingerprint.of(buffer, winner.start, winner.end)));
        }
    }

    private static long offset(long at, boolean narrowed) {
        return narrowed ? 2 + 2 * at : at;
    }

    /** In their order. Each is compared with its two neighbours alone, so a file full of secrets is no work for years. */
    private Collection<Candidate> winners() {
        candidates.sort(Comparator.comparingInt(Candidate::rank).thenComparingInt(Candidate::start));
        TreeMap<Integer, Candidate> winners = new TreeMap<>();
        for (Candidate candidate : candidates) {
            Map.Entry<Integer, Candidate> before = winners.floorEntry(candidate.start);
            Map.Entry<Integer, Candidate> behind = winners.ceilingEntry(candidate.start);
            boolean free = before == null || before.getValue().end <= candidate.start;
            if (free && (behind == null || behind.getKey() >= candidate.end)) {
                winners.put(candidate.start, candidate);
            }
        }
        return winners.values();
    }

    private boolean isAllowed(int at) {
        int start = text.lineStart(at, LINE_REACH);
        int end = text.lineEnd(at, LINE_REACH);
        int allow = text.find(ALLOW, start, end);
        return allow >= 0 && TOOLS.stream().anyMatch(tool -> text.hasAt(allow - tool.length(), tool));
    }
}
