package io.agentfense.sandbox.guest;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.MemoryFile;
import io.agentfense.linux.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The host's end of the socket on which a shell gets its scripts: {@code struct turn}. Thread-safe. */
public final class TurnChannel implements AutoCloseable {
    private static final int RUN = 1;
    private static final int SIGNAL = 2;
    private static final int BYTES = 8;

    private final int socket;
    private boolean closed;

    TurnChannel(int socket) {
        this.socket = socket;
    }

    /**
     * Has the shell run a script on these descriptors, which stay open here. It must have said that it waits.
     *
     * @throws LinuxException EPIPE if the shell has ended, EMFILE
     */
    public void run(byte[] script, int stdin, int stdout, int stderr) throws LinuxException {
        int file = MemoryFile.of(script);
        try {
            send(RUN, 0, file, stdin, stdout, stderr);
        } finally {
            Descriptor.close(file);
        }
    }

    /** Signals what the script that runs has in the foreground; nothing happens if there is none. */
    public void signalForeground(int signal) {
        try {
            send(SIGNAL, signal);
        } catch (LinuxException e) {
            // EPIPE: it is gone. EAGAIN: it does not take orders; then deadlines end it.
        }
    }

    private synchronized void send(int kind, int signal, int... descriptors) throws LinuxException {
        if (closed) {
            throw new LinuxException("have a shell run a script that is closed", Errno.EPIPE);
        }
        byte[] turn = ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(signal)
                .array();
        UnixSocket.send(socket, turn, descriptors);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Descriptor.close(socket);
        }
    }
}
