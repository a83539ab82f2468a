package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attacks on the {@link Treasury}, in every {@link Setting}. After each, whatever it was: no canary has been read or
 * copied, and nothing that the rules protect has changed in the codebase.
 */
@ParameterizedClass
@EnumSource(Setting.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES) // nothing is measured: this only ends what would hang for ever
abstract class AttackTest {
    @Parameter
    Setting setting;

    Guarded tree;
    private Untouched untouched;

    @BeforeEach
    void mount() throws IOException {
        tree = Guarded.over(setting, Treasury.RULES, base -> {
            Treasury.fill(base);
            untouched = Untouched.of(base, Treasury::isProtected);
        });
    }

    @AfterEach
    void unmount() throws IOException {
        try {
            tree.unmount();
            untouched.check();
            assertThat(canariesIn(tree.upper)).isEmpty();
        } finally {
            tree.close();
        }
    }

    private static String canariesIn(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (Files.readString(path, StandardCharsets.ISO_8859_1).contains(Treasury.CANARY)) {
                    return path.toString();
                }
            }
        }
        return "";
    }

    /** Has the program inside do one operation, and sees to it that it got no canary. */
    String tell(String operation) {
        String answer = tree.tell(operation);
        assertThat(answer).as(operation).doesNotContain(Treasury.CANARY);
        return answer;
    }

    /** What a rename or link from one part of the tree to another answers where the parts are mounts of their own. */
    String across() {
        return setting.silent() ? "EXDEV" : "EACCES";
    }
}
