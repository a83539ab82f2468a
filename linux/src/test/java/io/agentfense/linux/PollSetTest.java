package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollSetTest {
    private Pipe pipe;
    private final PollSet poll = new PollSet(2);

    @BeforeEach
    void open() throws LinuxException {
        pipe = Pipe.open();
    }

    @AfterEach
    void close() {
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void anEmptyPipeIsNotReadyToReadButToWrite() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        poll.watchOutput(1, pipe.writeEnd());

        assertThat(poll.await(0)).isEqualTo(1);
        assertThat(poll.isReady(0)).isFalse();
        assertThat(poll.isReady(1)).isTrue();
    }

    @Test
    void bytesMakeItReady() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        Transfer.writeFully(pipe.writeEnd(), new byte[1]);

        assertThat(poll.await(-1)).isEqualTo(1);
        assertThat(poll.isReady(0)).isTrue();
    }

    @Test
    void theEndOfTheFileMakesItReady() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        Descriptor.close(pipe.writeEnd());

        assertThat(poll.await(-1)).isEqualTo(1);
    }

    @Test
    void anIgnoredSlotIsNeverReady() throws LinuxException {
        poll.watchOutput(1, pipe.writeEnd());
        poll.await(0);
        poll.ignore(1);

        assertThat(poll.await(0)).isZero();
        assertThat(poll.isReady(1)).isFalse();
    }
}
