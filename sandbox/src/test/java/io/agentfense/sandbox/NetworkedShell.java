package io.agentfense.sandbox;

import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.AllowRule;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvent.CredentialUsed;
import io.agentfense.sandbox.event.SandboxEvent.NetworkDenied;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A sandbox with an egress policy whose world is an {@link OutsideWorld}. */
final class NetworkedShell implements AutoCloseable {
    static final EgressPolicy POLICY = EgressPolicy.of(
                    "tests",
                    AllowRule.ofHost("api.example.com", 80, 443, 7, 4444),
                    AllowRule.ofHost("*.wild.test", 80, 443),
                    AllowRule.ofCidr("10.9.0.0/16", 80))
            .withDns(OutsideWorld.RESOLVER);

    private final Networks networks;
    private final LocalShell shell;
    private final ConcurrentLinkedQueue<SandboxEvent> events = new ConcurrentLinkedQueue<>();

    private NetworkedShell(Networks networks, LocalShell shell) {
        this.networks = networks;
        this.shell = shell;
    }

    static NetworkedShell start(OutsideWorld world) throws IOException {
        return start(world, POLICY);
    }

    static NetworkedShell start(OutsideWorld world, EgressPolicy policy) throws IOException {
        return start(world, policy, SandboxCredentials.none());
    }

    static NetworkedShell start(OutsideWorld world, EgressPolicy policy, SandboxCredentials credentials)
            throws IOException {
        LocalShell shell = LocalShell.start(spec -> spec.withTrust(credentials.files()));
        NetworkedShell made = new NetworkedShell(Networks.over(world.loops(), InstantSource.system()), shell);
        made.networks.attach(shell.sandbox(), Optional.of(policy), credentials, made.events::add);
        return made;
    }

    /** Runs a script of Python; its output, and its errors behind it. */
    String python(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", script));
        command.addAll(List.of(arguments));
        ExecutionResult result = shell.run(Command.of(command));
        return result.stdout().text() + result.stderr().text();
    }

    ExecutionResult sh(String script, Map<String, String> variables) throws IOException {
        return shell.run(Command.of("sh", "-c", script).withEnvironment(variables));
    }

    String sh(String script) throws IOException {
        ExecutionResult result = sh(script, Map.of());
        return result.stdout().text() + result.stderr().text();
    }

    Sandbox sandbox() {
        return shell.sandbox();
    }

    Path workspace() {
        return shell.workspace();
    }

    List<NetworkDenied> denials() {
        return events(NetworkDenied.class);
    }

    List<CredentialUsed> uses() {
        return events(CredentialUsed.class);
    }

    private <E extends SandboxEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void close() throws IOException {
        shell.close();
        networks.close();
    }
}
