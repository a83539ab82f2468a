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
        master = Descriptor.open("/dev/ptmx", OpenFlags.O_RDWR);
    }

    @AfterEach
    void close() {
        Descriptor.close(master);
    }

    @Test
    void aMasterIsKnownFromOtherFiles() throws LinuxException {
        int tty = Descriptor.open("/dev/null", OpenFlags.O_RDWR);

        assertThat(Terminal.isMaster(master)).isTrue();
        assertThat(Terminal.isMaster(tty)).isFalse();
        Descriptor.close(tty);
    }

    @Test
    void theSizeThatIsSetIsTheSize() throws LinuxException {
        Terminal.resize(master, new WindowSize(40, 65535));

        assertThat(Terminal.sizeOf(master)).contains(new WindowSize(40, 65535));
    }

    @Test
    void aFollowedSizeIsToldOnceForEachChange() throws LinuxException {
        FollowedSize followed = new FollowedSize(master);
        Terminal.resize(master, new WindowSize(10, 20));

        assertThat(followed.change()).contains(new WindowSize(10, 20));
        assertThat(followed.change()).isEmpty();
        Terminal.resize(master, new WindowSize(11, 20));
        assertThat(followed.change()).contains(new WindowSize(11, 20));
        assertThat(followed.change()).isEmpty();
    }

    @Test
    void whatIsNoTerminalHasNoSize() throws LinuxException {
        Pipe pipe = Pipe.open();

        assertThat(Terminal.sizeOf(pipe.readEnd())).isEmpty();
        assertThatThrownBy(() -> Terminal.resize(pipe.readEnd(), WindowSize.DEFAULT))
                .hasMessageContaining("Inappropriate ioctl");
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
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
