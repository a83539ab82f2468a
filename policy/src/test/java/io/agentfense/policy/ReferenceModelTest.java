package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReferenceModelTest {
    private static final int POLICIES = 3_000;
    private static final int PATHS = 40;

    @Test
    void everyDecisionIsTheModels() throws Exception {
        Seeds.check(POLICIES, random -> compare(random, PathAutomaton.BUDGET));
    }

    @Test
    void decisionsStayTheModelsWhenNearlyNothingIsRemembered() throws Exception {
        Seeds.check(POLICIES, random -> compare(random, random.nextInt(600)));
    }

    @Test
    void levelsFoundBelowAreAmongThoseSaidToBePossible() throws Exception {
        Seeds.check(POLICIES, random -> {
            Policy policy = Policy.compile(RandomPolicies.rules(random));
            for (int i = 0; i < PATHS; i++) {
                checkMasks(policy, RandomPolicies.path(random));
            }
        });
    }

    /** States stay in use while the automaton forgets: a child is asked of its parent's state, not of the root. */
    private static void compare(Random random, long budget) throws PolicyException {
        List<Rule> rules = RandomPolicies.rules(random);
        Policy policy = Policy.compile(rules, budget);
        List<byte[]> paths = new ArrayList<>();
        List<PathState> states = new ArrayList<>();
        for (int i = 0; i < PATHS; i++) {
            paths.add(RandomPolicies.path(random));
            states.add(policy.locate(paths.getLast()));
            int directory = random.nextInt(paths.size());
            byte[] below = join(paths.get(directory), RandomPolicies.path(random));
            check(rules, below, descend(states.get(directory), below, paths.get(directory).length));
            check(rules, paths.getLast(), states.getLast());
        }
    }

    private static void check(List<Rule> rules, byte[] path, PathState state) {
        int expected = ReferenceModel.decide(rules, path);
        assertThat(state.rule())
                .as("%s decided by %s", new String(path, ISO_8859_1), rules)
                .isEqualTo(expected);
        assertThat(state.level())
                .isEqualTo(expected < 0 ? Level.NONE : rules.get(expected).permission());
    }

    private static void checkMasks(Policy policy, byte[] path) {
        Level level = policy.evaluate(path);
        PathState above = policy.root();
        for (int start = 1; start < path.length; ) {
            assertThat(above.levelsBelow() & level.bit())
                    .as("%s is %s in %s", new String(path, ISO_8859_1), level, policy.rules())
                    .isNotZero();
            int end = nameEnd(path, start);
            above = above.child(path, start, end - start);
            start = end + 1;
        }
    }

    private static PathState descend(PathState from, byte[] path, int length) {
        PathState state = from;
        for (int start = length + 1; start < path.length; ) {
            int end = nameEnd(path, start);
            state = state.child(path, start, end - start);
            start = end + 1;
        }
        return state;
    }

    private static int nameEnd(byte[] path, int start) {
        int end = start;
        while (end < path.length && path[end] != '/') {
            end++;
        }
        return end;
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] joined = new byte[a.length + b.length];
        System.arraycopy(a, 0, joined, 0, a.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }
}
