package io.agentfense.sandbox;

import io.agentfense.egress.CredentialUse;
import io.agentfense.egress.Denial;
import io.agentfense.egress.EgressEvent;
import io.agentfense.egress.EgressLoops;
import io.agentfense.egress.SandboxNetwork;
import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvent.CredentialUsed;
import io.agentfense.sandbox.event.SandboxEvent.NetworkDenied;
import io.agentfense.sandbox.event.SandboxEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** Gives sandboxes their networks. Thread-safe; to be closed after the last sandbox. */
public final class Networks implements AutoCloseable {
    private final Path guest;
    private final EgressLoops loops;
    private final InstantSource clock;

    private Networks(Path guest, EgressLoops loops, InstantSource clock) {
        this.guest = guest;
        this.loops = loops;
        this.clock = clock;
    }

    /**
     * Starts the threads that carry what sandboxes send out.
     *
     * @param clock of the events
     * @throws StartException if the guest program is missing, with what to do
     */
    public static Networks start(InstantSource clock) throws StartException {
        return over(EgressLoops.start(), clock);
    }

    /** The same on threads that somebody else started; they end with this. */
    public static Networks over(EgressLoops loops, InstantSource clock) throws StartException {
        return new Networks(GuestProgram.find(), loops, clock);
    }

    /**
     * Gives a sandbox its network, before its first command. Every sandbox needs one, so that its ports can be reached.
     *
     * @param policy what it may reach; empty for nothing
     * @param credentials what its requests get on their way. Its {@link SandboxCredentials#files} must have been
     *     given to the sandbox at its start
     * @param events hears of what is denied, and of secrets that are used
     * @throws IOException if this machine does not let us, with what the kernel said; the sandbox reaches nothing then
     */
    public void attach(
            Sandbox sandbox, Optional<EgressPolicy> policy, SandboxCredentials credentials, SandboxEvents events)
            throws IOException {
        sandbox.attach(process -> policy.isEmpty()
                ? SandboxNetwork.none(guest, process)
                : SandboxNetwork.egress(
                        loops, guest, process, policy.get(), credentials, event -> events.happened(event(event))));
    }

    private SandboxEvent event(EgressEvent event) {
        return switch (event) {
            case Denial(String transport, String host, int port, String rule, int count) ->
                new NetworkDenied(clock.instant(), transport, host, port, rule, count);
            case CredentialUse use ->
                new CredentialUsed(
                        clock.instant(),
                        use.secret(),
                        use.host(),
                        use.port(),
                        use.method(),
                        use.path(),
                        use.status(),
                        use.count());
        };
    }

    /** Ends all connections. */
    @Override
    public void close() {
        loops.close();
    }
}
