package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A place in the file system where one process after the other can come for a connection as {@link UnixSocket#pair}
 * makes them: {@code unix(7)}, SOCK_SEQPACKET. Not thread-safe. Closing it leaves the file, to which nobody can connect
 * any more.
 */
public final class UnixListener implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;

    /** {@code struct sockaddr_un}: the family, then a path and its NUL. */
    private static final int ADDRESS_BYTES = 110;

    private static final int PATH_OFFSET = 2;

    private final int socket;
    private final PollSet waiting = new PollSet(1);

    private UnixListener(int socket) {
        this.socket = socket;
        waiting.watchInput(0, socket);
    }

    /**
     * Listens at a name in a directory, which must not have it yet.
     *
     * @param directory its descriptor, O_PATH too
     * @throws LinuxException EADDRINUSE if there is such a file, EACCES, ENAMETOOLONG beyond some 80 bytes
     */
    public static UnixListener at(int directory, String name) throws LinuxException {
        // A path by way of the descriptor has room in an address, however deep the directory lies.
        byte[] path = ("/proc/self/fd/" + directory + "/" + name).getBytes(StandardCharsets.UTF_8);
        if (path.length >= ADDRESS_BYTES - PATH_OFFSET) {
            throw new LinuxException("bind " + name, Errno.ENAMETOOLONG);
        }
        // SAFETY: no memory is passed.
        long made = Syscall.call(Syscall.SOCKET, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        UnixListener listener = new UnixListener((int) LinuxException.check("socket", made));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_OFFSET, path.length);
            // SAFETY: the address with its NUL lives in the arena until after the call.
            LinuxException.check(
                    "bind " + name, Syscall.call(Syscall.BIND, listener.socket, address.address(), ADDRESS_BYTES));
            // Connections have it from here (unix_accept in the kernel), so what is sent before they are taken is
            // covered.
            UnixSocket.tellSender(listener.socket);
            // SAFETY: no memory is passed.
            LinuxException.check("listen", Syscall.call(Syscall.LISTEN, listener.socket, 1));
            return listener;
        } catch (LinuxException e) {
            listener.close();
            throw e;
        }
    }

    /** Whether somebody has come within so many milliseconds. */
    public boolean await(int timeoutMillis) throws LinuxException {
        return waiting.await(timeoutMillis) > 0;
    }

    /**
     * Takes the first who came, and waits for one if need be. Receiving from the connection also tells who sent.
     *
     * @return a descriptor, close-on-exec, which is the caller's
     * @throws LinuxException EMFILE, ECONNABORTED
     */
    public int accept() throws LinuxException {
        // SAFETY: no address is asked for.
        long taken = Syscall.call(Syscall.ACCEPT4, socket, 0, 0, SOCK_CLOEXEC);
        return (int) LinuxException.check("accept", taken);
    }

    @Override
    public void close() {
        Descriptor.close(socket);
    }
}
