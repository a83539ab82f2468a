package io.agentfense.alert.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTemplateTest {
    private static final MessageTemplate TEMPLATE = new MessageTemplate("{count} of {path} by {nobody}");

    @Test
    void fieldsTakeTheirPlaces() {
        assertThat(TEMPLATE.fill(Map.<String, Object>of("count", 3L, "path", "/workspace/ä 😀")::get))
                .isEqualTo("3 of /workspace/ä 😀 by -");
    }

    @Test
    void aHostileNameCannotForgeALineOrTalkToATerminal() {
        String hostile = "a\nERROR\r\u001b[2J\u0085\u2028\u202e\u200b\ud800{count}\\u000a";

        assertThat(new MessageTemplate("<{path}>").fill(_ -> hostile))
                .isEqualTo("<a\\u000aERROR\\u000d\\u001b[2J\\u0085\\u2028\\u202e\\u200b\\ud800{count}\\\\u000a>");
    }

    @Test
    void aLongNameIsCut() {
        assertThat(new MessageTemplate("{path}!").fill(_ -> "😀".repeat(100_000)))
                .isEqualTo("😀".repeat(200) + "…!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "{Count}", "{count", "{a b}", "{{count}}", "", " "})
    void whatIsNoTemplateIsRefused(String text) {
        assertThatThrownBy(() -> new MessageTemplate(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
