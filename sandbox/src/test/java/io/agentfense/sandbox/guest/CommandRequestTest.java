package io.agentfense.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandRequestTest {
    @Test
    void aRequestIsAHeaderAndStrings() {
        byte[] request = CommandRequest.encode("/w", List.of("a", ""), List.of("X=ä"));

        assertThat(request)
                .containsExactly(
                        '1', 'R', 'F', 'A', 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, '/', 'w', 0, 'a', 0, 0, 'X', '=', 0xc3,
                        0xa4, 0);
    }

    @Test
    void aNulIsRefusedEverywhere() {
        assertThatThrownBy(() -> CommandRequest.encode("/\0", List.of("a"), List.of()))
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> CommandRequest.encode("/", List.of("a\0b"), List.of()))
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> CommandRequest.encode("/", List.of("a"), List.of("X=\0")))
                .hasMessageContaining("NUL");
    }

    @Test
    void aCommandWithoutAProgramIsRefused() {
        assertThatThrownBy(() -> CommandRequest.encode("/", List.of(), List.of()))
                .hasMessageContaining("program");
    }

    @Test
    void tooMuchIsRefused() {
        List<String> many = Collections.nCopies(CommandRequest.MAX_STRINGS + 1, "x");
        List<String> large = Collections.nCopies(3, "x".repeat(CommandRequest.MAX_BYTES / 2));
        List<String> vast = Collections.nCopies(5000, "x".repeat(1 << 20));

        assertThatThrownBy(() -> CommandRequest.encode("/", many, List.of())).hasMessageContaining("65536");
        assertThatThrownBy(() -> CommandRequest.encode("/", List.of("a"), many)).hasMessageContaining("65536");
        assertThatThrownBy(() -> CommandRequest.encode("/", large, List.of())).hasMessageContaining("2097152");
        assertThatThrownBy(() -> CommandRequest.encode("/", vast, List.of())).hasMessageContaining("2097152");
    }
}
