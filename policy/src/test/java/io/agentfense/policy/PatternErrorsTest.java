package io.agentfense.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refused pattern says what is wrong and what to write instead. */
class PatternErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '#',
            value = {
                "**.py #write \"**/*.py\"#",
                "/src** #write \"src/**\"#",
                "a/**b/c #write \"**/*b\"#",
                "a/*** #write \"**\"#",
                "/a/../b #counted from the workspace's root#",
                "/a/\\.\\. #counted from the workspace's root#",
                "/a/[bc #close it with \"]\"#",
                "/a/[] #close it with \"]\"#",
                "/a[b/c]d #close it with \"]\"#",
                "/a/{b,c #close it with \"}\"#",
                "/{a/b,c} #close it with \"}\"#",
                "/{a,{b,c}} #alternatives don't nest#",
                "/{**,a} #must be a whole segment#",
                "/a\\ #write \"\\\\\" for the character#",
            })
    void messageSaysHowToMend(String pattern, String hint) {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(List.of(Rule.of(pattern, Level.NONE))))
                .withMessageStartingWith("rule 0, pattern \"" + pattern + "\": ")
                .withMessageContaining(hint);
    }

    @Test
    void messageStaysOneReadableLine() {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(List.of(Rule.of("a\nb\0" + "x".repeat(5000), Level.READ))))
                .withMessageContaining("a\\u000ab\\u0000x")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(List.of(Rule.of("/\ud800", Level.READ))))
                .withMessageContaining("surrogate");
    }

    @Test
    void lengthIsLimitedInBytes() throws PolicyException {
        Policy.compile(List.of(Rule.of("é".repeat(2048), Level.READ)));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(List.of(Rule.of("é".repeat(2048) + "x", Level.READ))))
                .withMessageContaining("4097 bytes");
    }

    @Test
    void numberOfRulesIsLimited() throws PolicyException {
        Rule rule = Rule.of("/a", Level.READ);
        Policy.compile(Collections.nCopies(10_000, rule));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> Policy.compile(Collections.nCopies(10_001, rule)))
                .withMessageContaining("the most is 10000");
    }

    @Test
    void unknownWordsGetTheNearestKnownOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Level.parse("raed"))
                .withMessage("unknown level 'raed': did you mean 'read'? One of: none, view, read, write");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatternType.parse("dir"))
                .withMessage("unknown type 'dir': use one of glob, directory, file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Presets.of("agent_safe"))
                .withMessageContaining("did you mean 'agent-safe'?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Level.parse("x".repeat(1_000_000)))
                .withMessageContaining("use one of");
    }
}
