package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoriesTest {
    @ParameterizedTest
    @CsvSource({
        "/output/**, output",
        "/a/b/**, a/b",
        "/a/b, a",
        "/a/b/, a/b",
        "/a/*.py, a",
        "/a/b*/c, a",
        "**/*.py, ''",
        "/x, ''",
        "/, ''",
        "/a\\*/**, a*",
        "/caf\u00e9/**, caf\u00e9",
    })
    void literalDirectoryIsWhereAllMatchesLie(String pattern, String directory) {
        assertThat(new String(Rule.of(pattern, Level.WRITE).literalDirectory(), UTF_8))
                .isEqualTo(directory);
    }

    @Test
    void literalTypesAreTheirOwnDirectoriesOrLieInThem() {
        assertThat(Rule.directory("/a/b", Level.READ).literalDirectory())
                .asString()
                .isEqualTo("a/b");
        assertThat(Rule.directory("/", Level.READ).literalDirectory()).isEmpty();
        assertThat(Rule.file("/a/*", Level.READ).literalDirectory()).asString().isEqualTo("a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rule.of("/../x", Level.READ).literalDirectory())
                .withMessageContaining("\"/../x\"");
    }

    @Test
    void directoriesToWriteInExistFromTheStartParentsFirst() {
        assertThat(writeDirectories(
                        "**/*=read", "/output/**=write", "/a/b/**=write", "/a/c/*.txt=write", "/n.md=write"))
                .containsExactly("output", "a", "a/b", "a/c");
        assertThat(writeDirectories("/src/**=read", "**/*.log=write")).isEmpty();
    }

    @Test
    void directoriesThatCanNeverBeSeenAreLeftOut() {
        assertThat(writeDirectories("/s/**=write", "/s/**=none@1")).isEmpty();
        assertThat(writeDirectories("/s/**=none", "/s/in/*.txt=write"))
                .as("bare, but something in them may be seen")
                .containsExactly("s", "s/in");
    }

    private static List<String> writeDirectories(String... rules) {
        return Policies.of(rules).writeDirectories().stream()
                .map(bytes -> new String(bytes, UTF_8))
                .toList();
    }
}
