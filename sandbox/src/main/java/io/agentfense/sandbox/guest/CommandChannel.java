package io.agentfense.sandbox.guest;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Terminal;
import io.agentfense.linux.UnixSocket;
import io.agentfense.linux.UnixSocket.Packet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The host's end of a command's socket: events come in, orders go out. Orders may come from any thread; events are for
 * one.
 */
public final class CommandChannel implements AutoCloseable {
    private static final int SIGNAL_GROUP = 1;
    private static final int SIGNAL_TREE = 2;

    private final int socket;
    private final byte[] buffer = new byte[GuestEvent.BYTES];
    private boolean terminalExpected;
    private boolean closed;

    CommandChannel(int socket, boolean terminalExpected) {
        this.socket = socket;
        this.terminalExpected = terminalExpected;
    }

    /** The descriptor to wait on for the next event. */
    public int descriptor() {
        return socket;
    }

    /**
     * Takes the next event; call it when the descriptor is ready. For a command in a terminal the terminal comes at
     * most once, for others never.
     *
     * @throws ProtocolException if it is none
     * @throws LinuxException EAGAIN if there is nothing yet
     */
    public GuestEvent receive() throws LinuxException, ProtocolException {
        Packet packet = UnixSocket.receive(socket, buffer);
        if (packet.descriptors().isEmpty()) {
            return GuestEvent.parse(buffer, packet.length());
        }
        if (terminalExpected
                && packet.descriptors().size() == 1
                && GuestEvent.announcesTerminal(buffer, packet.length())
                && Terminal.isMaster(packet.descriptors().getFirst())) {
            terminalExpected = false;
            return new GuestEvent.TerminalOpened(packet.descriptors().getFirst());
        }
        UnixSocket.closeAll(packet.descriptors());
        throw new ProtocolException("a descriptor that no event brings");
    }

    /** Signals the process group of the command's first process; nothing happens if it is gone. */
    public void signalGroup(int signal) {
        order(SIGNAL_GROUP, signal);
    }

    /** Signals all processes that came of the command, in other sessions too; nothing happens if they are gone. */
    public void signalTree(int signal) {
        order(SIGNAL_TREE, signal);
    }

    private synchronized void order(int kind, int signal) {
        if (closed) {
            return;
        }
        byte[] order = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(signal)
                .array();
        try {
            UnixSocket.send(socket, order);
        } catch (LinuxException e) {
            // EPIPE: it is gone. EAGAIN: it does not take orders; then deadlines end the sandbox.
        }
    }

    /** Gives up the command: it runs on, unwatched. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Descriptor.close(socket);
        }
    }
}
