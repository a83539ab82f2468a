package io.agentfense.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs that are told of alerts. */
class CommandSinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void aProgramGetsTheAlertOnItsInputAndNothingElse() throws Exception {
        Path program = program("""
                #!/bin/sh
                here=$(dirname "$0")
                cat > "$here/in"
                /usr/bin/env > "$here/env"
                pwd > "$here/pwd"
                printf '%s\\n' "$#" "$@" > "$here/args"
                ls /proc/self/fd | wc -l > "$here/descriptors"
                """);
        new CommandSink(new Target.Command(List.of(program.toString(), "--urgent", "$(id) {sandbox_id}"), LONG))
                .tell(Changes.raised("al_1"));

        assertThat(directory.resolve("in")).hasContent(AlertJson.of(Changes.raised("al_1")) + "\n");
        assertThat(directory.resolve("args")).hasContent("2\n--urgent\n$(id) {sandbox_id}\n");
        assertThat(directory.resolve("pwd")).hasContent("/\n");
        assertThat(Files.readAllLines(directory.resolve("env")).stream()
                        .map(line -> line.replaceAll("=.*", ""))
                        .filter(name -> !List.of("PWD", "SHLVL", "OLDPWD", "_").contains(name)))
                .as("the shell adds some of its own")
                .containsExactlyInAnyOrder("PATH", "LANG");
        assertThat(directory.resolve("descriptors")).as("three and that of ls").hasContent("4");
    }

    @Test
    void aProgramThatFailsIsToldAndNotRepeated() throws Exception {
        CommandSink sink = new CommandSink(new Target.Command(List.of("/bin/false"), LONG));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exit code is 1");
    }

    @Test
    void aProgramThatDoesNotEndIsKilledWithItsChildren() throws Exception {
        Path program = program("""
                #!/bin/sh
                sleep 100000 &
                echo $! > "$(dirname "$0")/child"
                echo $$ > "$(dirname "$0")/parent"
                sleep 100000
                """);
        CommandSink sink = new CommandSink(new Target.Command(List.of(program.toString()), Duration.ofSeconds(3)));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).hasMessageContaining("it was killed");
        for (String name : List.of("child", "parent")) {
            long pid = Long.parseLong(Files.readString(directory.resolve(name)).strip());
            await().until(() ->
                    ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        }
    }

    @Test
    void whatIsNoProgramIsRefusedAtTheStart() {
        assertThatThrownBy(() -> new CommandSink(new Target.Command(List.of("/nowhere/page"), LONG)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nowhere/page: there is no such program");
    }

    private Path program(String text) throws IOException {
        Path program = Files.writeString(directory.resolve("page"), text);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
}
