package io.agentfense.secret.mask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** As they were added, and as they are joined: of a value in a longer one the repetition counts too. */
    List<Range> all() {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(joined());
        return all;
    }

    /** Whether one of them, which are as {@link #joined} gives them, covers a part. */
    static boolean covers(List<Range> joined, int start, int end) {
        Range last = last(joined, start);
        return last != null && end <= last.end;
    }

    /** The last of them, which are as {@link #joined} gives them, that begins at or before an offset; null if none does. */
    static @Nullable Range last(List<Range> joined, int offset) {
        int low = 0;
        int high = joined.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (joined.get(middle).start <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : joined.get(low - 1);
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
