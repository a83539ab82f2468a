package io.agentfense.policy;

import java.util.List;
import java.util.Optional;

/**
 * Why a path has its level.
 *
 * @param level the path's level
 * @param rule index of the rule that decides; -1 if none matches
 * @param depth how many names the path has; 0 is the root
 * @param matches the rules that match, in their order
 */
public record Explanation(Level level, int rule, int depth, List<Match> matches) {
    /**
     * A rule that matches the path.
     *
     * @param rule its index
     * @param depth how many of the path's names its pattern matches: fewer than the path has if the rule is {@code none}
     *     and came down from a directory above
     * @param loss why it doesn't decide; empty for the one that does
     */
    public record Match(int rule, int depth, Optional<Loss> loss) {}

    /**
     * Why a rule doesn't decide.
     *
     * @param criterion what is asked first and differs
     * @param to index of the rule that wins by it
     */
    public record Loss(Criterion criterion, int to) {}

    /** The rule that decides, if any matches. */
    public Optional<Match> winner() {
        return matches.stream().filter(match -> match.rule() == rule).findFirst();
    }

    /** Whether the path is hidden because a directory above it is. */
    public boolean cameDown() {
        return winner().filter(match -> match.depth() < depth).isPresent();
    }
}
