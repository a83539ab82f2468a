package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private int master;

    @BeforeEach
    void open() throws LinuxException {
        master = Transfer.open("/dev/ptmx", Transfer.Access.READ_WRITE);
    }

    @AfterEach
    void close() {
        Transfer.close(master);
    }

    @Test
    void aMasterIsKnownFromOtherFiles() throws LinuxException {
        int tty = Transfer.open("/dev/null", Transfer.Access.READ_WRITE);

        assertThat(Terminal.isMaster(master)).isTrue();
        assertThat(Terminal.isMaster(tty)).isFalse();
        Transfer.close(tty);
    }

    @Test
    void theSizeThatIsSetIsTheSize() throws LinuxException {
        Terminal.resize(master, new WindowSize(40, 65535));

        assertThat(Terminal.sizeOf(master)).contains(new WindowSize(40, 65535));
    }

    @Test
    void whatIsNoTerminalHasNoSize() throws LinuxException {
        Pipe pipe = Pipe.open();

        assertThat(Terminal.sizeOf(pipe.readEnd())).isEmpty();
        assertThatThrownBy(() -> Terminal.resize(pipe.readEnd(), WindowSize.DEFAULT))
                .hasMessageContaining("Inappropriate ioctl");
        Transfer.close(pipe.readEnd());
        Transfer.close(pipe.writeEnd());
    }

    @Test
    void aRawTerminalIsAsBeforeOnceItIsClosed() throws LinuxException {
        byte[] before = Terminal.makeRaw(master);
        Terminal.restore(master, before);
        try (RawMode raw = RawMode.enter(master)) {
            assertThat(Terminal.makeRaw(master)).isNotEqualTo(before);
            assertThat(raw).isNotNull();
        }
        assertThat(Terminal.makeRaw(master)).isEqualTo(before);
    }
}
