package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    @Test
    void everyMatchingRuleSaysWhyItLost() {
        Explanation explanation = explain(
                "/src/main.py",
                "**/*=read@-1",
                "/**=view",
                "/src/**=write",
                "/src/*=view",
                "/src/*.??=none",
                "/src/*.py=read",
                "/src/*.py=none",
                "/src/[m]*.py=read",
                "/lib/**=write",
                "/src/main.py=write");

        assertThat(explanation.rule()).isEqualTo(9);
        assertThat(losses(explanation))
                .containsExactly(
                        "0 PRIORITY 9",
                        "1 KIND 9",
                        "2 KIND 9",
                        "3 KIND 9",
                        "4 KIND 9",
                        "5 REPLACED 6",
                        "6 KIND 9",
                        "7 KIND 9",
                        "9 wins");
    }

    @Test
    void criteriaAreNamedInTheirOrder() {
        assertThat(losses(explain("/a/b.c", "/**=read", "/a/**=read"))).containsExactly("0 LITERAL_PREFIX 1", "1 wins");
        assertThat(losses(explain("/a/b.c", "/a/*=read", "/a/*.c=read")))
                .containsExactly("0 LITERAL_CHARACTERS 1", "1 wins");
        assertThat(losses(explain("/a/b", "/a/**/*=read", "/a/*=read")))
                .containsExactly("0 FEWER_ANY_DEPTH 1", "1 wins");
        assertThat(losses(explain("/ab", "/a?=read", "/a*=none"))).containsExactly("0 RESTRICTIVE 1", "1 wins");
        assertThat(losses(explain("/ab", "/a?=read", "/a*=read"))).containsExactly("0 LATER 1", "1 wins");
    }

    @Test
    void aDenialFromAboveNamesHowFarItsPatternReached() {
        Explanation explanation = explain("/a/secrets/b/c", "/**=read", "**/secrets=none@1");

        assertThat(explanation.cameDown()).isTrue();
        assertThat(explanation.depth()).isEqualTo(4);
        assertThat(explanation.winner())
                .hasValueSatisfying(match -> assertThat(match.depth()).isEqualTo(2));
    }

    @Test
    void aDenialThatReachesThePathItselfDidNotComeDown() {
        assertThat(explain("/secrets/a", "/secrets/**=none").cameDown()).isFalse();
        assertThat(explain("/x", "/secrets/**=none").winner()).isEmpty();
    }

    @Test
    void explanationsAgreeWithDecisions() throws Exception {
        Seeds.check(400, random -> {
            Policy policy = Policy.compile(RandomPolicies.rules(random));
            for (int i = 0; i < 10; i++) {
                byte[] path = RandomPolicies.path(random);
                Explanation explanation = policy.explain(path);
                assertThat(explanation.rule()).isEqualTo(policy.locate(path).rule());
                assertThat(explanation.winner().isPresent()).isEqualTo(explanation.rule() >= 0);
                assertThat(explanation.matches().stream()
                                .filter(m -> m.loss().isEmpty())
                                .count())
                        .isLessThanOrEqualTo(1);
            }
        });
    }

    private static Explanation explain(String path, String... rules) {
        return Policies.of(rules).explain(path.getBytes(UTF_8));
    }

    private static List<String> losses(Explanation explanation) {
        return explanation.matches().stream()
                .map(match -> match.rule()
                        + match.loss()
                                .map(loss -> " " + loss.criterion() + " " + loss.to())
                                .orElse(" wins"))
                .toList();
    }
}
