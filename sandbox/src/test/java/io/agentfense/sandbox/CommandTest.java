package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void namesThatShellsCannotSetAreRefused() {
        for (String name : List.of("", "A=B", "1A", "A B", "A\nB", "A\0B", "BASH_FUNC_x%%", "Ä")) {
            assertThatThrownBy(() -> Command.of("true").withEnvironment(Map.of(name, "x")))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("can't be a variable");
        }
        assertThat(Command.of("true").withEnvironment(Map.of("_a9", "")).variables(Map.of()))
                .contains("_a9=");
    }

    @Test
    void aValueThatWouldEndEarlyIsRefused() {
        assertThatThrownBy(() -> Command.of("true").withEnvironment(Map.of("A", "b\0c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value of A holds a NUL, which no variable can");
    }

    @Test
    void theRequestsVariablesReplaceTheDefaults() {
        assertThat(Command.of("true")
                        .withEnvironment(Map.of("HOME", "/tmp", "ZZ", "="))
                        .variables(Map.of()))
                .containsExactly(
                        "HOME=/tmp",
                        "LANG=C.UTF-8",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "TERM=xterm-256color",
                        "USER=agent",
                        "ZZ==");
    }

    @Test
    void aTimeoutIsPositive() {
        assertThatThrownBy(() -> Command.of("true").withTimeout(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Command.of("true").withTimeout(Duration.ofSeconds(-1)))
                .hasMessageContaining("positive");
    }

    @Test
    void aDirectoryIsRelativeToTheWorkspace() {
        assertThat(Command.of("true").absoluteDirectory()).isEqualTo("/workspace");
        assertThat(Command.of("true").in("a/b").absoluteDirectory()).isEqualTo("/workspace/a/b");
        assertThat(Command.of("true").in("/etc").absoluteDirectory()).isEqualTo("/etc");
    }
}
