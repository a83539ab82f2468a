package io.agentfense.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.attacks.Guarded;
import io.agentfense.workspace.attacks.Setting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the tests of the specification's table of operations share: a codebase with a directory of each level, mounted
 * over bases of both kinds, by root, by root for an ordinary user, and by an ordinary user for himself; and the program
 * {@code src/test/probe} inside, which does one operation after the other.
 */
@ParameterizedClass
@EnumSource(Setting.class)
abstract class OperationsTest {
    private static final List<Rule> RULES = List.of(
            Rule.of("/w/**", Level.WRITE),
            Rule.of("/r/**", Level.READ),
            Rule.of("/v/**", Level.VIEW),
            Rule.of("**/hidden*", Level.NONE, 100),
            Rule.of("/bare/**", Level.NONE, 10),
            Rule.of("/bare/dir/seen", Level.READ, 20),
            Rule.of("/bare/drop/**", Level.WRITE, 20));

    /** The directories by their level, from the most to the least that may be done in them. */
    static final List<String> ALL = List.of("w", "r", "v");

    static final List<String> NOT_WRITABLE = List.of("r", "v");

    @Parameter
    Setting setting;

    Guarded tree;

    @BeforeEach
    void mount() throws IOException {
        tree = Guarded.over(setting, RULES, base -> {
            for (String directory : ALL) {
                fill(base.resolve(directory));
            }
            file(base.resolve("w/onlyhidden/hidden"), "secret");
            file(base.resolve("bare/dir/seen"), "content");
            file(base.resolve("bare/dir/other"), "secret");
            file(base.resolve("bare/drop/file"), "content");
            note(base.resolve("bare"));
        });
    }

    private static void fill(Path directory) throws IOException {
        for (String name : List.of("file", "hidden")) {
            file(directory.resolve(name), "content");
            note(directory.resolve(name));
            Files.createSymbolicLink(directory.resolve(name + "link"), Path.of("file"));
            file(directory.resolve(name + "exec"), "#!/bin/sh\nexit 7\n");
            Files.setPosixFilePermissions(
                    directory.resolve(name + "exec"), PosixFilePermissions.fromString("rwxr-xr-x"));
            file(directory.resolve(name + "dir/inner"), "content");
            note(directory.resolve(name + "dir"));
            Files.createDirectory(directory.resolve(name + "empty"));
        }
    }

    private static void note(Path path) throws IOException {
        Files.setAttribute(path, "user:note", ByteBuffer.wrap("a note".getBytes(UTF_8)));
    }

    private static void file(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    void allowed(String... operations) {
        for (String operation : operations) {
            assertThat(tree.tell(operation)).as(operation).startsWith("OK");
        }
    }

    void refused(String errno, String... operations) {
        for (String operation : operations) {
            assertThat(tree.tell(operation)).as(operation).isEqualTo(errno);
        }
    }

    /** One after the other, as a program would: it stops at the first refusal, which has to be this one. */
    void refusedAtLast(String errno, String... operations) {
        String answer = Stream.of(operations)
                .map(tree::tell)
                .filter(each -> !each.startsWith("OK"))
                .findFirst()
                .orElse("nothing was refused");
        assertThat(answer).as(String.join(", ", operations)).isEqualTo(errno);
    }

    void tells(String answer, String operation) {
        assertThat(tree.tell(operation)).as(operation).isEqualTo(answer);
    }

    /** The operations with a path in place of each @. */
    static String[] at(String path, String... operations) {
        return Stream.of(operations)
                .map(operation -> operation.replace("@", path))
                .toArray(String[]::new);
    }
}
