package io.agentfense.policy;

import java.util.List;

/**
 * The characters that {@code [a-z]} or {@code [!a-z]} stands for.
 *
 * @param ranges inclusive, in the order written; one whose ends are the wrong way round holds nothing
 * @param negated whether it stands for all the others, bytes that are not valid UTF-8 included
 */
record CharacterClass(List<Range> ranges, boolean negated) {
    /** Code points from {@code low} to {@code high}, both included. */
    record Range(int low, int high) {
        boolean contains(int character) {
            return low <= character && character <= high;
        }
    }

    /** Whether the character is one of the class. {@link Utf8#INVALID} is in no range. */
    boolean contains(int character) {
        for (Range range : ranges) {
            if (range.contains(character)) {
                return !negated;
            }
        }
        return negated;
    }
}
