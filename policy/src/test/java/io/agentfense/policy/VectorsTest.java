package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorsTest {
    @ParameterizedTest
    @MethodSource("io.agentfense.policy.Vectors#cases")
    void levelsAreThoseOfTheSpecification(Vectors.Case vector) throws PolicyException {
        Policy policy = Policy.compile(vector.rules());

        Map<String, String> levels = new TreeMap<>();
        vector.levels()
                .keySet()
                .forEach(path ->
                        levels.put(path, policy.evaluate(path.getBytes(UTF_8)).label()));

        assertThat(levels).isEqualTo(vector.levels());
    }

    @ParameterizedTest
    @MethodSource("io.agentfense.policy.Vectors#cases")
    void visibleIsWhatTheSpecificationSaysWhetherPrunedOrNot(Vectors.Case vector) throws PolicyException {
        Policy policy = Policy.compile(vector.rules());

        assertThat(new VisibleTree(policy, vector.tree(), false).paths()).isEqualTo(vector.visible());
        assertThat(new VisibleTree(policy, vector.tree(), true).paths()).isEqualTo(vector.visible());
    }

    @ParameterizedTest
    @MethodSource("io.agentfense.policy.Vectors#rejectedPatterns")
    void rejectedPatternsAreNamed(String pattern) {
        List<Rule> rules = List.of(Rule.of("/ok", Level.READ), Rule.of(pattern, Level.READ));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(rules))
                .satisfies(e -> assertThat(e.rule()).isEqualTo(1))
                .satisfies(e -> assertThat(e.pattern()).isEqualTo(pattern))
                .withMessageStartingWith("rule 1, pattern \"");
    }
}
