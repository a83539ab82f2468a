package io.agentfense.audit.forward;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What of a connection's bytes the other side's kernel has not acknowledged: what ioctl SIOCOUTQ gives, from
 * /proc/self/net/tcp (proc(5)), since Java gives nobody a socket's descriptor. Stateless.
 */
final class SendQueue {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

    /** Number, local address and port, the other's, state, bytes to be sent. */
    private static final Pattern ROW =
            Pattern.compile("\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):.*");

    private SendQueue() {}

    /** The bytes; empty if there is no such connection any more. */
    static OptionalLong of(Socket socket) throws IOException {
        String local = port(socket.getLocalPort());
        String other = port(socket.getPort());
        long most = -1;
        for (Path table : TABLES) {
            try (Stream<String> rows = Files.lines(table)) {
                // Of two connections with these ports, by other addresses, the one that has more: it is never too
                // little.
                most = Math.max(
                        most,
                        rows.map(ROW::matcher)
                                .filter(row -> row.matches()
                                        && row.group(1).equals(local)
                                        && row.group(2).equals(other))
                                .mapToLong(SendQueue::bytes)
                                .max()
                                .orElse(-1));
            } catch (NoSuchFileException e) {
                // A kernel without IPv6.
            }
        }
        return most < 0 ? OptionalLong.empty() : OptionalLong.of(most);
    }

    private static long bytes(Matcher row) {
        return Long.parseLong(row.group(3), 16);
    }

    private static String port(int number) {
        return String.format(Locale.ROOT, "%04X", number);
    }
}
