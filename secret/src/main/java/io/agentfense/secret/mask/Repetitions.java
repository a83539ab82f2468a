package io.agentfense.secret.mask;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where values stand again. Whoever may write a file may write into it what a value may begin with, and what is seen before it;
 * so a repetition that goes beyond what is masked by itself is none: that it is one would tell that the guess is right.
 * Stateless.
 */
final class Repetitions {
    /** Shorter values are words that may stand anywhere. */
    private static final int LEAST = 6;

    private static final long MOST_COMPARED = 1L << 30;

    private Repetitions() {}

    /**
     * Those of values.
     *
     * @param text a character for each byte
     * @param found what is masked by itself
     * @param named what of it a name tells
     * @param most how many there may be
     * @return null if there is too much to look for, or found
     */
    static @Nullable Ranges of(String text, Ranges found, Ranges named, int most) {
        Set<String> values = new TreeSet<>();
        for (Ranges.Range range : found.all()) {
            if (range.end() - range.start() >= LEAST) {
                values.add(text.substring(range.start(), range.end()));
            }
        }
        if ((long) values.size() * text.length() > MOST_COMPARED) {
            return null;
        }
        List<Ranges.Range> joined = found.joined();
        List<Ranges.Range> ofNames = named.joined();
        List<Ranges.Range> again = new ArrayList<>();
        for (String value : values) {
            for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length())) {
                int end = at + value.length();
                if (!Ranges.covers(joined, at, end) && !cuts(joined, at, end) && !holds(ofNames, at, end)) {
                    again.add(new Ranges.Range(at, end));
                }
                if (again.size() > most) {
                    return null;
                }
            }
        }
        return settled(text, again);
    }

    /** Whether one of them begins or ends within a part that goes on beyond it. */
    private static boolean cuts(List<Ranges.Range> joined, int start, int end) {
        Ranges.Range first = Ranges.last(joined, start);
        Ranges.Range last = Ranges.last(joined, end - 1);
        return first != null && first.start() < start && start < first.end()
                || last != null && last.start() < end && end < last.end();
    }

    private static boolean holds(List<Ranges.Range> joined, int start, int end) {
        Ranges.Range last = Ranges.last(joined, end - 1);
        return last != null && last.end() <= end && last.end() > start;
    }

    /** Of two that overlap, one that ends or begins within a word of the other is none. */
    private static Ranges settled(String text, List<Ranges.Range> again) {
        again.sort(Comparator.comparingInt(Ranges.Range::start));
        Set<Ranges.Range> none = new HashSet<>();
        Deque<Ranges.Range> open = new ArrayDeque<>();
        for (Ranges.Range range : again) {
            open.removeIf(before -> before.end() <= range.start());
            for (Ranges.Range before : open) {
                if (before.start() < range.start() && before.end() < range.end()) {
                    boolean beforeSplits = splits(text, before.end());
                    boolean splits = splits(text, range.start());
                    if (beforeSplits != splits) {
                        none.add(splits ? range : before);
                    }
                }
            }
            open.add(range);
        }
        Ranges settled = new Ranges();
        again.stream().filter(range -> !none.contains(range)).forEach(range -> settled.add(range.start(), range.end()));
        return settled;
    }

    private static boolean splits(String text, int at) {
        return isOfWord(text.charAt(at - 1)) && isOfWord(text.charAt(at));
    }

    private static boolean isOfWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || c == '_';
    }
}
