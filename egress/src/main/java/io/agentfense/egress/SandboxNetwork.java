package io.agentfense.egress;

import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PidFd;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What of one sandbox's network leads out of it or into it. Made before its first command, and closed before its process 1
 * is. Thread-safe.
 */
public final class SandboxNetwork implements AutoCloseable {
    /** For programs that honour them; others come by the transparent way. */
    private static final Map<String, String> PROXY_VARIABLES = Map.of(
            "http_proxy", Listeners.PROXY_URL,
            "https_proxy", Listeners.PROXY_URL,
            "HTTP_PROXY", Listeners.PROXY_URL,
            "HTTPS_PROXY", Listeners.PROXY_URL,
            "no_proxy", "localhost,127.0.0.1,::1",
            "NO_PROXY", "localhost,127.0.0.1,::1");

    private final Path guest;
    private final PidFd inside;
    private final @Nullable Listeners listeners;
    private final SandboxCredentials credentials;
    private @Nullable NamespaceLink link;
    private boolean closed;

    private SandboxNetwork(
            Path guest,
            PidFd inside,
            @Nullable Listeners listeners,
            SandboxCredentials credentials,
            @Nullable NamespaceLink link) {
        this.guest = guest;
        this.inside = inside;
        this.listeners = listeners;
        this.credentials = credentials;
        this.link = link;
    }

    /**
     * The network of a sandbox that reaches nothing. Its ports can be reached.
     *
     * @param guest the guest program
     * @param inside a process of the sandbox, which stays the caller's
     */
    public static SandboxNetwork none(Path guest, PidFd inside) {
        return new SandboxNetwork(guest, inside, null, SandboxCredentials.none(), null);
    }

    /**
     * The network of a sandbox that reaches what a policy allows.
     *
     * @param guest the guest program
     * @param inside a process of the sandbox, which stays the caller's
     * @param credentials what its requests get on their way
     * @param listener hears what is denied, and which secrets are used
     * @throws IOException if the namespace can't be set up, with what the kernel said: it takes root, and Linux 5.9
     */
    public static SandboxNetwork egress(
            EgressLoops loops,
            Path guest,
            PidFd inside,
            EgressPolicy policy,
            SandboxCredentials credentials,
            EgressListener listener)
            throws IOException {
        EventLoop loop = loops.next();
        Gate gate = Gate.of(loop, policy, credentials, listener);
        NamespaceLink link = NamespaceLink.open(
                guest,
                inside,
                NamespaceLink.Mode.EGRESS,
                packet -> loop.execute(() -> gate.denials()
                        .note(
                                packet.transport(),
                                new Destination.Literal(packet.address(), packet.port()),
                                "only TCP leads out, and names are asked of 127.0.0.1")));
        try {
            return new SandboxNetwork(guest, inside, Listeners.open(loop, gate, link.sockets()), credentials, link);
        } catch (IOException e) {
            link.close();
            throw e;
        }
    }

    /** Variables for its commands. */
    public Map<String, String> variables() {
        if (listeners == null) {
            return Map.of();
        }
        Map<String, String> variables = new HashMap<>(PROXY_VARIABLES);
        variables.putAll(credentials.variables());
        return variables;
    }

    /**
     * Connects to a port of its loopback device. The descriptor that comes, of a socket that does not block, is the
     * caller's; a {@link LinuxException} comes with ECONNREFUSED if nobody listens, EPIPE if the sandbox has ended.
     *
     * @param port 1 to 65535
     * @throws IOException if the namespace can't be entered, with what the kernel said
     */
    public CompletableFuture<Integer> connect(int port) throws IOException {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
        }
        return link().connect(port);
    }

    private synchronized NamespaceLink link() throws IOException {
        if (closed) {
            throw new LinuxException("connect in a sandbox that is closed", Errno.EPIPE);
        }
        NamespaceLink made = link;
        if (made == null) {
            made = NamespaceLink.open(guest, inside, NamespaceLink.Mode.REACH, _ -> {});
            link = made;
        }
        return made;
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Ends all connections; what was denied or used and not told yet is told. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (listeners != null) {
            listeners.close();
        }
        if (link != null) {
            link.close();
        }
    }
}
