package io.agentfense.secret.mask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Parts of a content that are to be masked. Not thread-safe. */
final class Ranges {
    private final List<Range> ranges = new ArrayList<>();

    /** From an offset to the one behind. */
    record Range(int start, int end) {}

    /** Adds one; an empty one adds nothing. */
    void add(int start, int end) {
        if (end > start) {
            ranges.add(new Range(start, end));
        }
    }

    void addAll(Ranges others) {
        ranges.addAll(others.ranges);
    }

    /** Whether one of them covers a part. */
    static boolean covers(List<Range> ranges, int start, int end) {
        return ranges.stream().anyMatch(range -> range.start <= start && end <= range.end);
    }

    /** In order, those that overlap joined. */
    List<Range> joined() {
        List<Range> joined = new ArrayList<>();
        for (Range range :
                ranges.stream().sorted(Comparator.comparingInt(Range::start)).toList()) {
            Range last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && range.start < last.end) {
                joined.set(joined.size() - 1, new Range(last.start, Math.max(last.end, range.end)));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }
}
