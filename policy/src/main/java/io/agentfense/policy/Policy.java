package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rules, ready to decide. What they mean is in the specification of permissions; in short: of all rules that match a
 * path the best ranked decides, and a path that none matches has the level {@link Level#NONE}.
 *
 * <p>Immutable to its users and safe for any number of threads. What it has learnt takes a few MiB at
 * most; a state that a caller holds takes four bytes for each rule that could still match below it, at most.
 */
public final class Policy {
    /** The most rules a policy can have. */
    public static final int MAX_RULES = 10_000;

    private final List<Rule> rules;
    private final List<RankedRule> ranked;
    private final PathAutomaton automaton;
    private final boolean masks;

    private Policy(List<Rule> rules, List<RankedRule> ranked, PathAutomaton automaton) {
        this.rules = rules;
        this.ranked = ranked;
        this.automaton = automaton;
        this.masks = rules.stream().anyMatch(Rule::mask);
    }

    /**
     * Makes a policy of the rules; no rules at all hide everything.
     *
     * @throws PolicyException if a pattern can't be read, a rule masks what it doesn't show, or there are more than
     *     {@link #MAX_RULES}; names the first such rule
     */
    public static Policy compile(List<Rule> rules) throws PolicyException {
        return compile(rules, PathAutomaton.BUDGET);
    }

    /**
     * Makes a policy of rules that were compiled before.
     *
     * @throws IllegalStateException if they can't be
     */
    public static Policy ofChecked(List<Rule> rules) {
        try {
            return compile(rules);
        } catch (PolicyException e) {
            throw new IllegalStateException("rules that were checked", e);
        }
    }

    static Policy compile(List<Rule> rules, long budget) throws PolicyException {
        List<Rule> copy = List.copyOf(rules);
        if (copy.size() > MAX_RULES) {
            throw new PolicyException(
                    MAX_RULES,
                    copy.get(MAX_RULES).pattern(),
                    "there are " + copy.size() + " rules; the most is " + MAX_RULES + ", so join some by wildcards");
        }
        List<RankedRule> ranked = new ArrayList<>(copy.size());
        for (Rule rule : copy) {
            if (rule.mask() && !rule.permission().atLeast(Level.READ)) {
                throw new PolicyException(
                        ranked.size(),
                        rule.pattern(),
                        "mask goes with read or write, not with "
                                + rule.permission().label() + ", which shows no content");
            }
            ranked.add(RankedRule.of(ranked.size(), rule, parse(ranked.size(), rule)));
        }
        return new Policy(copy, ranked, new PathAutomaton(Candidate.bestFirst(ranked), budget));
    }

    private static Pattern parse(int index, Rule rule) throws PolicyException {
        try {
            return Pattern.parse(rule);
        } catch (PatternSyntaxException e) {
            throw new PolicyException(index, rule.pattern(), e.problem());
        }
    }

    /** The rules in the order given; their indexes are what {@link PathState#rule()} names. */
    public List<Rule> rules() {
        return rules;
    }

    /** Whether some rule has secrets read as placeholders. */
    public boolean masks() {
        return masks;
    }

    /** The state of the workspace's root. */
    public PathState root() {
        return automaton.root();
    }

    /** The path's level; see {@link #locate}. */
    public Level evaluate(byte[] path) {
        return locate(path).level();
    }

    /**
     * The path's state.
     *
     * @param path bytes from the workspace's root; a leading slash, repeated slashes and {@code .} make no difference
     * @throws IllegalArgumentException if a component is {@code ..}: where that leads depends on links, not on rules
     */
    public PathState locate(byte[] path) {
        PathState state = root();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                state = step(state, path, start, i - start);
                start = i + 1;
            }
        }
        return state;
    }

    /**
     * Why the path has its level. Takes time in proportion to the number of rules.
     *
     * @throws IllegalArgumentException as {@link #locate} does
     */
    public Explanation explain(byte[] path) {
        return Explainer.explain(this, path);
    }

    /**
     * The directories that must exist from the start so that something can be written: those that all paths of a
     * {@code write} rule lie in or are, and their parents. Those that could never be seen are left out.
     *
     * @return their bytes without leading or trailing slash, parents first, each once, never the root
     */
    public List<byte[]> writeDirectories() {
        Set<String> directories = new LinkedHashSet<>();
        for (RankedRule rule : ranked) {
            if (rule.rule().permission() == Level.WRITE) {
                addWithParents(new String(rule.pattern().literalDirectory(), UTF_8), directories);
            }
        }
        return directories.stream()
                .map(Utf8::encode)
                .filter(directory -> mayBeSeen(locate(directory)))
                .toList();
    }

    private static void addWithParents(String directory, Set<String> to) {
        for (int i = 1; i <= directory.length(); i++) {
            if (i == directory.length() || directory.charAt(i) == '/') {
                to.add(directory.substring(0, i));
            }
        }
    }

    private static boolean mayBeSeen(PathState state) {
        return state.level().atLeast(Level.VIEW) || state.mayBelow(Level.VIEW);
    }

    private static PathState step(PathState from, byte[] path, int start, int length) {
        boolean dots = length <= 2;
        for (int i = 0; dots && i < length; i++) {
            dots = path[start + i] == '.';
        }
        if (dots && length == 2) {
            throw new IllegalArgumentException("a path to decide on must not hold \"..\"");
        }
        return dots ? from : from.child(path, start, length);
    }

    List<RankedRule> ranked() {
        return ranked;
    }

    PathAutomaton automaton() {
        return automaton;
    }
}
