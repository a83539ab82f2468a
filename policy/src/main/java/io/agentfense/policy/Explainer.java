package io.agentfense.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds all rules that match a path, not only the best: by a policy of each rule alone, so that what is explained is what
 * is decided.
 */
final class Explainer {
    private final List<RankedRule> rules;
    private final List<byte[]> prefixes;

    private Explainer(List<RankedRule> rules, byte[] path) {
        this.rules = rules;
        prefixes = prefixes(path);
    }

    static Explanation explain(Policy policy, byte[] path) {
        Explainer explainer = new Explainer(policy.ranked(), path);
        PathState state = policy.locate(path);
        return new Explanation(
                state.level(), state.rule(), explainer.prefixes.size() - 1, explainer.matches(state.rule()));
    }

    private List<Explanation.Match> matches(int winner) {
        List<RankedRule> matching =
                rules.stream().filter(rule -> depth(rule) >= 0).toList();
        return matching.stream()
                .map(rule -> new Explanation.Match(rule.index(), depth(rule), loss(rule, winner, matching)))
                .toList();
    }

    private Optional<Explanation.Loss> loss(RankedRule rule, int winner, List<RankedRule> matching) {
        if (rule.index() == winner) {
            return Optional.empty();
        }
        int replacement = matching.stream()
                .filter(other -> other.index() > rule.index())
                .filter(other -> other.duplicateKey().equals(rule.duplicateKey()))
                .mapToInt(RankedRule::index)
                .max()
                .orElse(-1);
        return Optional.of(
                replacement >= 0
                        ? new Explanation.Loss(Criterion.REPLACED, replacement)
                        : new Explanation.Loss(Criterion.between(rule, rules.get(winner)), winner));
    }

    /** How many names the rule's pattern matches by itself; -1 if the rule doesn't match the path. */
    private int depth(RankedRule rule) {
        Policy alone = only(rule, rule.rule().permission());
        if (alone.locate(prefixes.getLast()).rule() < 0) {
            return -1;
        }
        // As a grant it doesn't go down, so what it matches then it matches itself.
        Policy grant = only(rule, Level.VIEW);
        int depth = prefixes.size() - 1;
        while (grant.locate(prefixes.get(depth)).rule() < 0) {
            depth--;
        }
        return depth;
    }

    private static Policy only(RankedRule rule, Level level) {
        Rule alone = new Rule(
                rule.rule().pattern(), level, rule.rule().type(), rule.rule().priority());
        try {
            return Policy.compile(List.of(alone));
        } catch (PolicyException e) {
            throw new IllegalStateException("a rule of a compiled policy can't be compiled", e);
        }
    }

    /** The root and each path on the way, the path itself last. */
    private static List<byte[]> prefixes(byte[] path) {
        List<byte[]> prefixes = new ArrayList<>();
        prefixes.add(new byte[0]);
        int start = 0;
        for (int end = 0; end <= path.length; end++) {
            if (end == path.length || path[end] == '/') {
                boolean isName = end > start && !(end == start + 1 && path[start] == '.');
                if (isName) {
                    prefixes.add(Arrays.copyOf(path, end));
                }
                start = end + 1;
            }
        }
        return prefixes;
    }
}
