package io.agentfense.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connection to a server, for many sandboxes. {@link Sandbox} makes one of its own where only one is wanted.
 *
 * <pre>{@code
 * try (var client = AgentFenseClient.builder().endpoint("localhost:9000").build()) {
 *     for (SandboxInfo running : client.sandboxes()) {
 *         System.out.println(running.id() + " " + running.status());
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe. Calls throw {@link SandboxException}; an interrupt takes a call back.
 */
public final class AgentFenseClient implements AutoCloseable {
    private final Remote remote;
    private final SandboxCalls sandboxes;
    private final Codebases codebases;
    private final AuditLog audit;
    private final Incidents incidents;

    AgentFenseClient(Remote remote) {
        this.remote = remote;
        sandboxes = new SandboxCalls(remote);
        codebases = new Codebases(remote);
        audit = new AuditLog(remote);
        incidents = new Incidents(remote);
    }

    /** Settings, which begin with what the environment says. */
    public static ClientBuilder builder() {
        return new ClientBuilder(System.getenv());
    }

    /** The server that the environment names, or the one on this machine. */
    public static AgentFenseClient connect() {
        return builder().build();
    }

    /** A new sandbox over a directory of this machine, which is uploaded; its codebase goes when the sandbox is closed. */
    public SandboxBuilder fromLocal(Path directory) {
        return SandboxBuilder.local(Optional.of(this), directory);
    }

    /** A new sandbox over a codebase of the server. */
    public SandboxBuilder fromCodebase(String codebaseId) {
        return SandboxBuilder.existing(Optional.of(this), codebaseId);
    }

    /**
     * A sandbox that is there; closing what this returns leaves it as it is.
     *
     * @throws SandboxNotFoundException if there is none of that id
     */
    public Sandbox connect(String sandboxId) {
        SandboxInfo info = sandboxes.get(sandboxId);
        return new Sandbox(remote, info.id(), info.codebaseId(), () -> {});
    }

    /** All sandboxes that the caller may see, the newest first. */
    public List<SandboxInfo> sandboxes() {
        return sandboxes.list(Map.of());
    }

    /** Those that have all of these labels. */
    public List<SandboxInfo> sandboxes(Map<String, String> labels) {
        return sandboxes.list(labels);
    }

    /** The server's codebases and their files. */
    public Codebases codebases() {
        return codebases;
    }

    /** What happened on the server. */
    public AuditLog audit() {
        return audit;
    }

    /** Sandboxes that may have been taken over. */
    public Incidents incidents() {
        return incidents;
    }

    Remote remote() {
        return remote;
    }

    /** Ends all calls that are under way, and the connection. Sandboxes stay as they are. */
    @Override
    public void close() {
        remote.close();
    }
}
