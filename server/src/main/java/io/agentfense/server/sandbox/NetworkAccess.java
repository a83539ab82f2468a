package io.agentfense.server.sandbox;

import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.sandbox.Networks;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.server.config.DockerConfig;
import io.agentfense.server.config.NetworkPolicy;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.credential.SecretSource;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.RuntimeKind;
import io.agentfense.server.store.SandboxRecord;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The network policies that sandboxes ask for by their label. Thread-safe. */
public final class NetworkAccess {
    /** The label that names a policy. */
    static final String LABEL = "network_policy";

    private static final String BRIDGE = "bridge";

    private final Networks networks;
    private final SecretSource secrets;
    private final InstantSource clock;
    private final Supplier<ServerConfig> config;

    /** By a configuration that is asked each time. */
    public NetworkAccess(Networks networks, SecretSource secrets, InstantSource clock, Supplier<ServerConfig> config) {
        this.networks = networks;
        this.secrets = secrets;
        this.clock = clock;
        this.config = config;
    }

    /**
     * Refuses what can't be given.
     *
     * @throws Refusal INVALID for an unknown policy, with those there are; PRECONDITION for an engine's network where
     *     there is none
     */
    void check(RuntimeKind runtime, Map<String, String> labels) throws Refusal {
        String name = name(labels);
        Optional<NetworkPolicy> policy = find(name);
        if (policy.isEmpty()) {
            TreeSet<String> names =
                    new TreeSet<>(config.get().network().policies().keySet());
            names.add(NetworkPolicy.NONE_NAME);
            throw new Refusal(
                    Kind.INVALID,
                    "labels: there is no network policy of that name; there are " + String.join(", ", names));
        }
        if (policy.get() instanceof NetworkPolicy.Bridge) {
            checkBridge(name, runtime);
        }
    }

    private static List<CredentialRule> rules(NetworkPolicy policy) {
        return policy instanceof NetworkPolicy.Egress egress ? egress.credentials() : List.of();
    }

    private void checkBridge(String name, RuntimeKind runtime) throws Refusal {
        if (runtime != RuntimeKind.DOCKER) {
            throw new Refusal(
                    Kind.PRECONDITION,
                    "labels: policy '" + name + "' is a network of Docker's, for its containers alone");
        }
        if (!config.get().runtime().docker().enableNetworking()) {
            throw new Refusal(
                    Kind.PRECONDITION,
                    "labels: policy '" + name
                            + "' is a network of Docker's, and runtime.docker.enable_networking is false");
        }
    }

    /** The engine's network for a container; "none" where it has a policy of ours, or no network at all. */
    String ofEngine(SandboxRecord record) {
        DockerConfig docker = config.get().runtime().docker();
        if (!docker.enableNetworking()) {
            return NetworkPolicy.NONE_NAME;
        }
        if (find(name(record.labels())).orElse(null) instanceof NetworkPolicy.Bridge) {
            return BRIDGE;
        }
        boolean unasked = !record.labels().containsKey(LABEL)
                && config.get().network().defaultPolicy().equals(NetworkPolicy.NONE_NAME);
        return unasked ? docker.networkMode() : NetworkPolicy.NONE_NAME;
    }

    private String name(Map<String, String> labels) {
        return labels.getOrDefault(LABEL, config.get().network().defaultPolicy());
    }

    private Optional<NetworkPolicy> find(String name) {
        return name.equals(NetworkPolicy.NONE_NAME)
                ? Optional.of(new NetworkPolicy.None())
                : Optional.ofNullable(config.get().network().policies().get(name));
    }

    /**
     * Gives a sandbox that has started the network of its policy as it is now.
     *
     * @param credentials that it was started with; of those it gets what its policy still has
     * @param events hears of what is denied
     * @throws IOException if there is none of its name any more, or this machine does not let us
     */
    void attach(SandboxRecord record, Sandbox sandbox, SandboxCredentials credentials, SandboxEvents events)
            throws IOException {
        NetworkPolicy policy = policy(record);
        Optional<EgressPolicy> allowed =
                policy instanceof NetworkPolicy.Egress egress ? Optional.of(egress.policy()) : Optional.empty();
        networks.attach(sandbox, allowed, credentials.within(rules(policy)), events);
    }

    /**
     * What a sandbox that is about to start uses without seeing it.
     *
     * @throws IOException if a secret of its policy is missing, with what to do
     */
    SandboxCredentials credentials(SandboxRecord record) throws IOException {
        if (!(policy(record) instanceof NetworkPolicy.Egress egress)
                || egress.credentials().isEmpty()) {
            return SandboxCredentials.none();
        }
        SandboxCredentials credentials = SandboxCredentials.of(
                egress.credentials(), secret -> secrets.value(record.ownerId(), secret), egress.caFile(), clock);
        return egress.javaTrustStore() ? credentials.withJavaTrustStore() : credentials;
    }

    private NetworkPolicy policy(SandboxRecord record) throws IOException {
        String name = name(record.labels());
        return find(name).orElseThrow(() -> new IOException("there is no network policy '" + name + "' any more"));
    }
}
