package io.agentfense.rulefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentfense.policy.Level;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationFileTest {
    @Test
    void bothFormsAreReadWithTheirPlaces() throws RuleFileException {
        List<Expectation> expectations = parse("""
                - {path: /a, level: none}
                - path: /b
                  operation: copy_file_range
                  allowed: false
                """);

        assertThat(expectations)
                .containsExactly(
                        new Expectation.OfLevel(new Location("e.yaml", 1, 3), "/a", Level.NONE),
                        new Expectation.OfOperation(
                                new Location("e.yaml", 2, 3), "/b", Operation.COPY_FILE_RANGE, false));
    }

    @ParameterizedTest
    @CsvSource({
        "stat, view",
        "readdir, view",
        "open, read",
        "exec, read",
        "readlink, read",
        "write, write",
        "unlink, write",
        "rename, write"
    })
    void operationsNeedTheLevelOfTheSpecification(String operation, String needed) {
        for (Level level : Level.values()) {
            assertThat(Operation.parse(operation).allowedAt(level)).isEqualTo(level.atLeast(Level.parse(needed)));
        }
    }

    @Test
    void devicesAreNeverMade() {
        assertThat(Operation.MKNOD.allowedAt(Level.WRITE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- {path: /a} | 1:3: an expectation needs the keys path and level, or path, operation and allowed",
                "- {path: /a, level: read, operation: stat, allowed: true} | 1:3: an expectation needs",
                "- {path: /a, operation: stat} | 1:3: an expectation needs",
                "- {path: /a, operation: raed, allowed: true} | did you mean 'read'?",
                "- {path: /a, operation: stat, allowed: maybe} | allowed must be true or false",
                "- {path: /a/../b, level: read} | a path with \"..\"",
                "- {pth: /a, level: read} | did you mean 'path'?",
                "path: /a | expectations must be a list",
            })
    void whatIsWrongIsNamedWhereItIs(String text, String message) {
        assertThatExceptionOfType(RuleFileException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(message)
                .withMessageStartingWith("e.yaml:1:");
    }

    private static List<Expectation> parse(String yaml) throws RuleFileException {
        return ExpectationFile.parse("e.yaml", yaml.getBytes(UTF_8));
    }
}
