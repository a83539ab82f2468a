package io.agentfense.policy;

import java.util.List;

/**
 * Where a rule matches, in the form the automaton takes: at the paths that {@code segments} match, below them, or both.
 *
 * <p>Trailing wildcards are turned into {@code below}, so that a state knows when a rule decides everything under it.
 *
 * @param segments never ends in {@code **}
 * @param here whether the paths that the segments match are themselves matched
 * @param below whether everything strictly below them is matched
 */
record Scope(List<Segment> segments, boolean here, boolean below) {
    /**
     * @param denial whether the rule is {@code none}, which goes down whatever its form
     */
    static Scope of(Pattern pattern, boolean denial) {
        List<Segment> segments = pattern.segments();
        int end = withoutAnyDepth(segments, segments.size());
        boolean below = denial || pattern.tree() || end < segments.size();
        if (end > 0 && segments.get(end - 1) instanceof Segment.Name name && name.isAny()) {
            // All of X/*, X/*/** and X/**/* that match at every depth match exactly what is strictly below X.
            int parent = withoutAnyDepth(segments, end - 1);
            if (below || parent < end - 1) {
                return new Scope(segments.subList(0, parent), false, true);
            }
        }
        return new Scope(segments.subList(0, end), true, below);
    }

    /** The same without the paths that the segments themselves match. */
    Scope onlyBelow() {
        return new Scope(segments, false, below);
    }

    private static int withoutAnyDepth(List<Segment> segments, int end) {
        int length = end;
        while (length > 0 && segments.get(length - 1) instanceof Segment.AnyDepth) {
            length--;
        }
        return length;
    }
}
