package io.agentfense.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of TCP.
 *
 * @param host a name or address, IPv6 without brackets; empty for all interfaces
 * @param port 0 for one that is free
 */
public record TcpAddress(String host, int port) implements ListenAddress {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^\\[\\]:]*)):(\\d{1,5})");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(?:\\.\\d{1,3}){3}");
    private static final int LAST_PORT = 65535;

    /**
     * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static TcpAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
            throw new IllegalArgumentException(
                    "must be HOST:PORT such as 127.0.0.1:9000 or [::1]:9000, or :9000 for all interfaces");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new TcpAddress(host, Integer.parseInt(matcher.group(3)));
    }

    /** {@inheritDoc} A name other than {@code localhost} is not taken for one that does. */
    @Override
    public boolean isLoopback() {
        return host.equals("localhost")
                || host.equals("::1")
                || LOOPBACK_V4.matcher(host).matches();
    }

    /** As it can be read again. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
