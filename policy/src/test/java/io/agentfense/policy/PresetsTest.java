package io.agentfense.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresetsTest {
    @Test
    void presetsOfTheVectorsAreOurs() {
        Map<String, List<Rule>> vectors =
                Vectors.cases().collect(Collectors.toMap(Vectors.Case::name, Vectors.Case::rules));

        for (String name : List.of("agent-safe", "read-only", "full-access", "development", "view-only")) {
            assertThat(Presets.of(name)).as(name).containsExactlyInAnyOrderElementsOf(vectors.get(name));
        }
    }

    @Test
    void allPresetsCompile() {
        assertThat(Presets.names())
                .containsExactly("agent-safe", "read-only", "full-access", "development", "view-only", "hide-secrets")
                .allSatisfy(name -> assertThat(Policies.preset(name).rules()).isNotEmpty());
    }

    @Test
    void hideSecretsTakesAwayFromAnyOther() throws PolicyException {
        for (String path :
                List.of("/.aws/config", "/a/id_rsa.pub", "/x.p12", "/my-tokens.txt", "/env.sh", "/.git/HEAD")) {
            List<Rule> rules = new ArrayList<>(Presets.of("full-access"));
            assertThat(Policies.level(Policy.compile(rules), path)).isEqualTo("write");
            rules.addAll(Presets.of("hide-secrets"));
            assertThat(Policies.level(Policy.compile(rules), path)).isEqualTo("none");
        }
    }
}
