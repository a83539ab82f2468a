package io.agentfense.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChildTest {
    @Test
    void aProgramGetsTheDescriptorsInOrderAndNoEnvironment() throws LinuxException {
        Pipe first = Pipe.open();
        Pipe second = Pipe.open();
        Child child = Child.start(
                List.of("/bin/sh", "-c", "echo one >&1; echo two >&2; /usr/bin/env >&2"),
                first.readEnd(),
                first.writeEnd(),
                second.writeEnd());
        child.reap();

        assertThat(read(first)).isEqualTo("one\n");
        assertThat(read(second)).isEqualTo("two\nPWD=" + System.getProperty("user.dir") + "\n");
    }

    @Test
    void aDescriptorWhoseNumberIsATargetIsNotOverwritten() throws LinuxException {
        Pipe pipe = Pipe.open();
        // Target 0 takes the pipe; targets 1 and 2 are our own 0 and 1, whose numbers are targets themselves.
        Child child = Child.start(List.of("/bin/sh", "-c", "echo x >&0"), pipe.writeEnd(), 0, 1);
        child.reap();

        assertThat(read(pipe)).isEqualTo("x\n");
    }

    @Test
    void aMissingProgramIsAnError() {
        assertThatThrownBy(() -> Child.start(List.of("/no/such/program"), 0, 1, 2))
                .hasMessage("start /no/such/program: No such file or directory");
    }

    @Test
    void aChildCanBeWatchedSignalledAndReaped() throws LinuxException {
        Child child = Child.start(List.of("/bin/sleep", "1000"), 0, 1, 2);
        try (PidFd process = PidFd.open(child.pid())) {
            assertThat(process.awaitEnd(0)).isFalse();
            assertThat(child.reapIfEnded()).isFalse();

            process.signal(9);

            assertThat(process.awaitEnd(-1)).isTrue();
            child.reap();
            assertThatThrownBy(() -> PidFd.open(child.pid())).hasMessageContaining("No such process");
        }
    }

    private static String read(Pipe pipe) {
        Descriptor.close(pipe.writeEnd());
        byte[] buffer = new byte[4096];
        int length = Transfer.read(pipe.readEnd(), buffer);
        Descriptor.close(pipe.readEnd());
        return new String(buffer, 0, Math.max(length, 0), US_ASCII);
    }
}
