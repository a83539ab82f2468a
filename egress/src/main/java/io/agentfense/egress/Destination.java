package io.agentfense.egress;

import io.agentfense.egress.policy.Addresses;
import io.agentfense.egress.policy.HostName;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a program wants to go. */
sealed interface Destination {
    /** 1 to 65535, or 0 where there is none. */
    int port();

    /** The host as it is told and compared. */
    String host();

    /** A host by its name. */
    record Named(HostName name, int port) implements Destination {
        @Override
        public String host() {
            return name.text();
        }
    }

    /** A host by its address. */
    record Literal(InetAddress address, int port) implements Destination {
        @Override
        public String host() {
            return NetUtil.toAddressString(address);
        }
    }

    /** What is no host, as it was written. It is only told of. */
    record Unreadable(String text) implements Destination {
        @Override
        public String host() {
            return text;
        }

        @Override
        public int port() {
            return 0;
        }
    }

    /** {@code host:port} or {@code [address]:port}; the port may lack. No user, path or blank. */
    Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[^\\[\\]:@/?#\\s]{1,255})(?::([0-9]{1,5}))?");

    /**
     * The destination of an authority as HTTP has it; nothing if it is none, or names its host in a spelling that others
     * might read differently.
     *
     * @param defaultPort where none stands
     */
    static Optional<Destination> ofAuthority(String authority, int defaultPort) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 65535) {
            return Optional.empty();
        }
        String host = matcher.group(1);
        if (host.startsWith("[")) {
            String inner = host.substring(1, host.length() - 1);
            return Addresses.parse(inner).map(address -> new Literal(address, port));
        }
        Optional<Destination> literal = host.indexOf(':') < 0
                ? Addresses.parse(host).map(address -> new Literal(address, port))
                : Optional.empty();
        return literal.isPresent() ? literal : HostName.parse(host).map(name -> new Named(name, port));
    }
}
