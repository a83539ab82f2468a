package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The worst policies cost bounded memory: counted in what is remembered, never in time. */
class HugePolicyTest {
    /** What one name of 255 characters may add after the check: a row and a set of nodes for each. */
    private static final long OVERSHOOT = 1 << 21;

    @Test
    void memoryStaysBoundedWhateverNamesComeIn() throws PolicyException {
        Policy policy = Policy.compile(stars(10_000));
        Random random = new Random(1);
        long most = 0;
        for (int i = 0; i < 3_000; i++) {
            policy.evaluate(path(random));
            most = Math.max(most, policy.automaton().remembered());
        }

        assertThat(most).isLessThan(PathAutomaton.BUDGET + OVERSHOOT);
        assertThat(most).as("something is remembered").isGreaterThan(PathAutomaton.BUDGET / 2);
    }

    @Test
    void decisionsStayRightAfterForgetting() throws Exception {
        List<Rule> rules = stars(300);
        Policy policy = Policy.compile(rules, 20_000);
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            byte[] path = path(random);
            assertThat(policy.locate(path).rule()).isEqualTo(ReferenceModel.decide(rules, path));
        }
    }

    @Test
    void statesFollowWhatIsMatchedNotTheNumberOfRules() throws PolicyException {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add(Rule.of("**/*.ext" + i, Level.READ));
        }
        Policy policy = Policy.compile(rules);
        for (int i = 0; i < 100; i++) {
            policy.evaluate(("/src/dir" + i + "/main.c").getBytes(UTF_8));
        }

        assertThat(policy.automaton().states()).isLessThan(40);
    }

    @Test
    void alternativesDoNotMultiply() throws PolicyException {
        Policy policy = Policy.compile(List.of(Rule.of("/" + "{a,b}".repeat(800), Level.READ)));

        assertThat(Policies.level(policy, "/" + "ab".repeat(400))).isEqualTo("read");
        assertThat(Policies.level(policy, "/" + "ab".repeat(399) + "ac")).isEqualTo("none");
        assertThat(policy.automaton().states()).isLessThan(2_000);
    }

    @Test
    void starsDoNotBacktrack() throws PolicyException {
        Policy policy = Policy.compile(List.of(Rule.of("/" + "*a".repeat(1_000) + "b", Level.READ)));

        assertThat(Policies.level(policy, "/" + "a".repeat(2_000))).isEqualTo("none");
        assertThat(Policies.level(policy, "/" + "a".repeat(2_000) + "b")).isEqualTo("read");
    }

    @Test
    void hundredComponentsTimesTenThousandRulesCompile() throws PolicyException {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add(Rule.of(("/**/*" + (char) ('a' + i % 26) + "*").repeat(49) + "/" + i, Level.READ));
        }
        Policy policy = Policy.compile(rules);

        assertThat(Policies.level(policy, "/a".repeat(49) + "/26")).isEqualTo("read");
        assertThat(Policies.level(policy, "/a".repeat(49) + "/27")).isEqualTo("none");
    }

    private static List<Rule> stars(int size) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String a = Integer.toString(i % 36, 36);
            String b = Integer.toString(i / 36 % 36, 36);
            String c = Integer.toString(i * 7 % 1296, 36);
            rules.add(Rule.of("**/*" + a + "*/**/*" + b + "*/**/*" + c + "*", Level.values()[i % 4], i % 5));
        }
        return rules;
    }

    private static byte[] path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int depth = 0; depth < 4; depth++) {
            path.append('/');
            for (int length = random.nextInt(1, 40); length > 0; length--) {
                path.append(Integer.toString(random.nextInt(36), 36));
            }
        }
        return path.toString().getBytes(UTF_8);
    }
}
