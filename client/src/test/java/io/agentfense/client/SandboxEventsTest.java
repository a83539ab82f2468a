package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.client.SandboxEvent.LimitExceeded;
import io.agentfense.client.SandboxEvent.NetworkDenied;
import io.agentfense.client.SandboxEvent.SecretFound;
import io.agentfense.client.SandboxEvent.SecretInEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox ran into is told with its fields. */
class SandboxEventsTest {
    @TempDir
    Path directory;

    private static <T extends SandboxEvent> List<T> of(Sandbox sandbox, Class<T> kind) {
        return sandbox.events().events().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Test
    void limitsConnectionsAndSecretsAreToldAlsoOnceItHasStopped() throws Exception {
        Map<String, String> keys = Map.of(
                "network.policies",
                "{\"egress_only\": {\"type\": \"egress\", \"allow\": [{\"host\": \"api.example.com\", \"ports\": [443]}]}}",
                "secrets.sandboxes",
                "warn");
        // Put together here, so that nobody takes this file for one with a secret.
        String key = "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e";
        Project project = Project.in(directory).file("key.py", "\nkey = '" + key + "'\n");
        try (LiveServer server = LiveServer.start(Files.createDirectory(directory.resolve("server")), keys);
                AgentFenseClient client = server.client();
                Sandbox sandbox = client.fromLocal(project.directory())
                        .preset(Presets.FULL_ACCESS)
                        .label("network_policy", "egress_only")
                        .resources(ResourceLimits.DEFAULT.withOutputBytes(1000))
                        .start()) {
            sandbox.run("head -c 5000 /dev/zero");
            sandbox.run(Command.of("bash -c 'read x < /dev/tcp/1.2.3.4/80'").env("API_KEY", key));
            await().untilAsserted(
                            () -> assertThat(of(sandbox, NetworkDenied.class)).isNotEmpty());
            sandbox.stop();

            LimitExceeded output = of(sandbox, LimitExceeded.class).getFirst();
            assertThat(output.resource()).isEqualTo("output_bytes");
            assertThat(output.limit()).isEqualTo(1000);
            assertThat(output.usage()).isEqualTo(5000);
            assertThat(output.count()).isEqualTo(1);
            NetworkDenied denied = of(sandbox, NetworkDenied.class).getFirst();
            assertThat(denied.transport()).isEqualTo("tcp");
            assertThat(denied.host()).isEqualTo("1.2.3.4");
            assertThat(denied.port()).isEqualTo(80);
            assertThat(denied.rule()).isNotEmpty();
            SecretFound found = of(sandbox, SecretFound.class).getFirst();
            assertThat(found.path()).endsWith("key.py");
            assertThat(found.line()).isEqualTo(2);
            assertThat(found.outcome()).isEqualTo("warned");
            assertThat(of(sandbox, SecretInEnvironment.class).getFirst().variable())
                    .isEqualTo("API_KEY");
            assertThat(sandbox.events().dropped()).isZero();
            assertThat(sandbox.events().toString()).doesNotContain(key);
        }
    }

    @Test
    void aSandboxThatIsNotThereHasNone() throws Exception {
        try (AgentFenseClient client = SharedServer.get().client()) {
            Project project = Project.in(directory);
            Sandbox gone = client.fromLocal(project.directory()).create();
            gone.close();
            assertThatThrownBy(gone::events).isInstanceOf(SandboxNotFoundException.class);
        }
    }
}
