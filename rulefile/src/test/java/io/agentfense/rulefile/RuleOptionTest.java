package io.agentfense.rulefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleOptionTest {
    @Test
    void patternsMayHoldWhatSeparates() {
        assertThat(RuleOption.parse("/src/**=write")).isEqualTo(Rule.of("/src/**", Level.WRITE));
        assertThat(RuleOption.parse("/a=b@c=none@-7")).isEqualTo(Rule.of("/a=b@c", Level.NONE, -7));
    }

    @ParameterizedTest
    @CsvSource({
        "/src/**, write PATTERN=LEVEL",
        "=read, write PATTERN=LEVEL",
        "'', write PATTERN=LEVEL",
        "/a=raed, did you mean 'read'?",
        "/a=read@, no integer of 32 bits",
        "/a=read@1x, no integer of 32 bits",
        "/a=read@9999999999, no integer of 32 bits",
    })
    void otherFormsSayWhichIsExpected(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleOption.parse(text))
                .withMessageContaining(message);
    }
}
