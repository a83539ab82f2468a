package io.agentfense.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.UnixSocket;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest that says what it should, and one that does not. */
class CommandChannelTest {
    private int guest;
    private CommandChannel channel;
    private CommandChannel terminal;
    private int terminalGuest;

    @BeforeEach
    void connect() throws LinuxException {
        UnixSocket.Pair pair = UnixSocket.pair();
        guest = pair.theirs();
        channel = new CommandChannel(pair.ours(), false);
        UnixSocket.Pair other = UnixSocket.pair();
        terminalGuest = other.theirs();
        terminal = new CommandChannel(other.ours(), true);
    }

    @AfterEach
    void disconnect() {
        channel.close();
        terminal.close();
        Descriptor.close(guest);
        Descriptor.close(terminalGuest);
    }

    private static byte[] event(int kind, int value, int step, long user, long system, long rss) {
        return ByteBuffer.allocate(GuestEvent.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(value)
                .putInt(step)
                .putInt(0)
                .putLong(user)
                .putLong(system)
                .putLong(rss)
                .array();
    }

    private GuestEvent after(byte[] packet) throws IOException {
        UnixSocket.send(guest, packet);
        return channel.receive();
    }

    @Test
    void endsAreUnderstood() throws IOException {
        assertThat(after(event(2, 255, 0, 1, 2, 3))).isEqualTo(new GuestEvent.Exited(255, new ResourceUsage(1, 2, 3)));
        assertThat(after(event(3, 9, 0, 1, 2, 3))).isEqualTo(new GuestEvent.Signaled(9, new ResourceUsage(1, 2, 3)));
        assertThat(after(event(4, 13, 6, 0, 0, 0))).isEqualTo(new GuestEvent.Failed(SetupStep.EXEC, 13));
        assertThat(after(event(5, 7, 0, 0, 0, 0))).isEqualTo(new GuestEvent.Waiting(7));
        Descriptor.close(guest);
        guest = -1;
        assertThat(channel.receive()).isEqualTo(new GuestEvent.Gone());
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        for (byte[] packet : new byte[][] {
            event(0, 0, 0, 0, 0, 0),
            event(1, 0, 0, 0, 0, 0),
            event(-1, 0, 0, 0, 0, 0),
            event(2, 256, 0, 0, 0, 0),
            event(2, -1, 0, 0, 0, 0),
            event(3, 0, 0, 0, 0, 0),
            event(3, 65, 0, 0, 0, 0),
            event(4, 2, 0, 0, 0, 0),
            event(4, 2, 9, 0, 0, 0),
            event(5, 256, 0, 0, 0, 0),
            event(6, 0, 0, 0, 0, 0),
            event(4, 0, 6, 0, 0, 0),
            event(4, 4096, 6, 0, 0, 0),
            event(2, 0, 0, -1, 0, 0),
            event(2, 0, 0, 0, -1, 0),
            event(2, 0, 0, 0, 0, Long.MIN_VALUE),
            new byte[1],
            new byte[GuestEvent.BYTES - 1],
        }) {
            assertThatThrownBy(() -> after(packet)).isInstanceOf(ProtocolException.class);
        }
        assertThatThrownBy(() -> after(new byte[GuestEvent.BYTES + 1])).isInstanceOf(LinuxException.class);
    }

    @Test
    void noBytesBreakTheReader() throws LinuxException {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] packet = new byte[1 + random.nextInt(GuestEvent.BYTES)];
            random.nextBytes(packet);
            UnixSocket.send(guest, packet);
            try {
                assertThat(channel.receive()).isNotNull();
            } catch (ProtocolException e) {
                assertThat(e).hasMessageStartingWith("the guest broke the protocol: ");
            }
        }
    }

    @Test
    void aTerminalsMasterIsTakenOnceWhereOneIsExpected() throws IOException {
        int master = Descriptor.open("/dev/ptmx", OpenFlags.O_RDWR);
        UnixSocket.send(terminalGuest, event(1, 0, 0, 0, 0, 0), master);
        UnixSocket.send(terminalGuest, event(1, 0, 0, 0, 0, 0), master);

        assertThat(terminal.receive())
                .isInstanceOfSatisfying(GuestEvent.TerminalOpened.class, opened -> Descriptor.close(opened.master()));
        assertThatThrownBy(terminal::receive).isInstanceOf(ProtocolException.class);

        UnixSocket.send(guest, event(1, 0, 0, 0, 0, 0), master);
        assertThatThrownBy(channel::receive).isInstanceOf(ProtocolException.class);
        Descriptor.close(master);
    }

    @Test
    void otherDescriptorsAreRefusedAndClosed() throws IOException {
        int before = openDescriptors();
        int file = Descriptor.open("/dev/null", OpenFlags.O_RDWR);
        UnixSocket.send(terminalGuest, event(1, 0, 0, 0, 0, 0), file);
        UnixSocket.send(terminalGuest, event(1, 0, 0, 0, 0, 0), file, file, file);
        UnixSocket.send(terminalGuest, event(2, 0, 0, 0, 0, 0), file);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(terminal::receive).isInstanceOf(ProtocolException.class);
        }
        Descriptor.close(file);

        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void ordersToACommandThatIsGoneAreLost() {
        Descriptor.close(guest);
        guest = -1;
        channel.signalTree(9);
        channel.close();
        channel.signalGroup(9);
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
