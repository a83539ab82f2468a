package io.agentfense.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnixSocketTest {
    private UnixSocket.Pair pair;

    @BeforeEach
    void connect() throws LinuxException {
        pair = UnixSocket.pair();
    }

    @AfterEach
    void disconnect() {
        Descriptor.close(pair.ours());
        Descriptor.close(pair.theirs());
    }

    @Test
    void aPacketArrivesWholeAndTellsItsSender() throws LinuxException {
        UnixSocket.send(pair.theirs(), "first".getBytes(US_ASCII));
        UnixSocket.send(pair.theirs(), "second".getBytes(US_ASCII));
        byte[] buffer = new byte[100];

        UnixSocket.Packet packet = UnixSocket.receive(pair.ours(), buffer);

        assertThat(new String(buffer, 0, packet.length(), US_ASCII)).isEqualTo("first");
        assertThat(packet.descriptors()).isEmpty();
        assertThat(packet.sender()).isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void aPassedDescriptorIsTheSameFile() throws LinuxException {
        Pipe pipe = Pipe.open();
        UnixSocket.send(pair.theirs(), new byte[1], pipe.readEnd(), pipe.writeEnd());

        UnixSocket.Packet packet = UnixSocket.receive(pair.ours(), new byte[1]);

        assertThat(packet.descriptors()).hasSize(2);
        Transfer.writeFully(packet.descriptors().get(1), "through".getBytes(US_ASCII));
        byte[] buffer = new byte[10];
        assertThat(Transfer.read(pipe.readEnd(), buffer)).isEqualTo(7);
        UnixSocket.closeAll(packet.descriptors());
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void aPacketThatDoesNotFitIsRefused() throws LinuxException {
        UnixSocket.send(pair.theirs(), new byte[11]);

        assertThatThrownBy(() -> UnixSocket.receive(pair.ours(), new byte[10])).hasMessageContaining("recvmsg");
    }

    @Test
    void moreDescriptorsThanMayArriveAreNotSent() {
        int[] many = new int[UnixSocket.MAX_DESCRIPTORS + 1];

        assertThatThrownBy(() -> UnixSocket.send(pair.theirs(), new byte[1], many))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndOfTheOtherSideIsAPacketOfNoBytes() throws LinuxException {
        Descriptor.close(pair.theirs());

        assertThat(UnixSocket.receive(pair.ours(), new byte[1]).length()).isZero();
    }

    @Test
    void nothingToReceiveDoesNotWait() {
        assertThatThrownBy(() -> UnixSocket.receive(pair.ours(), new byte[1]))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    }

    @Test
    void aFullSocketDoesNotWaitEither() {
        assertThatThrownBy(() -> {
                    for (Object ignored : Collections.nCopies(100_000, pair)) {
                        UnixSocket.send(pair.theirs(), new byte[1000]);
                    }
                })
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    }
}
