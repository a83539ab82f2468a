package io.agentfense.sandbox.guest;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.MemoryFile;
import io.agentfense.linux.PidFd;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.UnixSocket;
import io.agentfense.linux.UnixSocket.Packet;
import io.agentfense.linux.WindowSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The host's end of a guest's control socket. While it is open the sandbox lives; its end, by {@link #close} or by the
 * death of this process, ends all processes of the sandbox. Thread-safe.
 */
public final class GuestConnection implements AutoCloseable {
    private static final int START_STREAMS = 1;
    private static final int START_TERMINAL = 2;
    private static final int START_SHELL = 3;
    private static final int START_DRAIN = 4;
    private static final int START_BYTES = 8;

    private final int socket;
    private boolean closed;

    private GuestConnection(int socket) {
        this.socket = socket;
    }

    /** Takes over the host's end of the socket. */
    public static GuestConnection over(int socket) {
        return new GuestConnection(socket);
    }

    /**
     * A guest that has greeted.
     *
     * @param hello what it said
     * @param process process 1 of the sandbox
     */
    public record Greeting(Hello hello, PidFd process) {}

    /**
     * Waits for the guest's first packet.
     *
     * @return null if the guest went without one, or did not send it in time
     * @throws ProtocolException if it is no greeting
     */
    public @Nullable Greeting awaitGreeting(int timeoutMillis) throws IOException {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, socket);
        if (poll.await(timeoutMillis) == 0) {
            return null;
        }
        byte[] buffer = new byte[Hello.BYTES];
        Packet packet = UnixSocket.receive(socket, buffer);
        UnixSocket.closeAll(packet.descriptors());
        if (packet.length() == 0) {
            return null;
        }
        Hello hello = Hello.parse(buffer, packet.length());
        return new Greeting(hello, PidFd.open(packet.sender()));
    }

    /**
     * Starts a command whose standard streams are these descriptors, which stay open here.
     *
     * @param request the bytes of {@link CommandRequest}
     * @throws LinuxException EPIPE if the sandbox has ended, EMFILE
     */
    public CommandChannel start(byte[] request, int stdin, int stdout, int stderr) throws LinuxException {
        return start(false, startPacket(START_STREAMS, new WindowSize(0, 0)), request, stdin, stdout, stderr);
    }

    /**
     * Starts a command in a terminal of its own, whose master then comes as an event.
     *
     * @param request the bytes of {@link CommandRequest}
     * @throws LinuxException EPIPE if the sandbox has ended, EMFILE
     */
    public CommandChannel startInTerminal(byte[] request, WindowSize size) throws LinuxException {
        return start(true, startPacket(START_TERMINAL, size), request);
    }

    /**
     * Starts a shell that takes scripts in turns. Its command channel tells when it waits for the next one.
     *
     * @param request the bytes of {@link CommandRequest}: the absolute path of the shell is its one argument
     * @throws LinuxException EPIPE if the sandbox has ended, EMFILE
     */
    public ShellChannels startShell(byte[] request) throws LinuxException {
        UnixSocket.Pair turns = UnixSocket.pair();
        try {
            byte[] packet = startPacket(START_SHELL, new WindowSize(0, 0));
            return new ShellChannels(start(false, packet, request, turns.theirs()), new TurnChannel(turns.ours()));
        } catch (LinuxException e) {
            Descriptor.close(turns.ours());
            throw e;
        } finally {
            Descriptor.close(turns.theirs());
        }
    }

    /**
     * The two sockets of a shell.
     *
     * @param command what it has as every command
     * @param turns on which its scripts go
     */
    public record ShellChannels(CommandChannel command, TurnChannel turns) {}

    /**
     * Hands over an output that is read here no longer, but may still be written: the guest reads it from now on and
     * drops what it reads. The descriptor stays open here.
     */
    public void drain(int output) {
        try {
            send(startPacket(START_DRAIN, new WindowSize(0, 0)), new int[] {output});
        } catch (LinuxException e) {
            // EPIPE: the sandbox has ended, and so has who writes. EAGAIN: who writes gets SIGPIPE.
        }
    }

    private static byte[] startPacket(int kind, WindowSize size) {
        return ByteBuffer.allocate(START_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putShort((short) size.rows())
                .putShort((short) size.columns())
                .array();
    }

    private CommandChannel start(boolean terminal, byte[] packet, byte[] request, int... others) throws LinuxException {
        int requestFile = MemoryFile.of(request);
        try {
            UnixSocket.Pair pair = UnixSocket.pair();
            try {
                int[] descriptors = new int[2 + others.length];
                descriptors[0] = pair.theirs();
                descriptors[1] = requestFile;
                System.arraycopy(others, 0, descriptors, 2, others.length);
                send(packet, descriptors);
                return new CommandChannel(pair.ours(), terminal);
            } catch (LinuxException e) {
                Descriptor.close(pair.ours());
                throw e;
            } finally {
                Descriptor.close(pair.theirs());
            }
        } finally {
            Descriptor.close(requestFile);
        }
    }

    private synchronized void send(byte[] packet, int[] descriptors) throws LinuxException {
        if (closed) {
            throw new LinuxException("start a command in a sandbox that is closed", Errno.EPIPE);
        }
        UnixSocket.send(socket, packet, descriptors);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Descriptor.close(socket);
        }
    }
}
