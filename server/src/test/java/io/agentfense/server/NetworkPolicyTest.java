package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.api.v1.CreateSandboxRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox has the network policy that its label names, of those that the configuration has. */
class NetworkPolicyTest {
    private static final Map<String, String> POLICIES = Map.of(
            "network.policies",
            "{\"egress_only\": {\"type\": \"egress\", \"allow\": [{\"host\": \"api.example.com\", \"ports\": [443]}]},"
                    + " \"docker\": {\"type\": \"bridge\"}}");

    @TempDir
    Path directory;

    private static CreateSandboxRequest request(String codebase, String policy) {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .addPermissions(TestServer.ALL)
                .putLabels("network_policy", policy)
                .build();
    }

    @Test
    void anUnknownPolicyIsRefusedWithThoseThereAre() throws Exception {
        try (TestServer server = TestServer.start(directory, POLICIES)) {
            String codebase = server.codebase(Map.of());
            assertThatThrownBy(() -> server.sandboxes().createSandbox(request(codebase, "egres")))
                    .hasMessageStartingWith("INVALID_ARGUMENT")
                    .hasMessageContaining("docker, egress_only, none");
            assertThatThrownBy(() -> server.sandboxes().createSandbox(request(codebase, "docker")))
                    .hasMessageStartingWith("FAILED_PRECONDITION");
        }
    }

    @Test
    void theNamedPolicyIsInForce() throws Exception {
        try (TestServer server = TestServer.start(directory, POLICIES)) {
            String codebase = server.codebase(Map.of());
            assertThat(looked(server, codebase, "egress_only"))
                    .contains("198.18.0.1")
                    .doesNotContain("example.org");
            assertThat(looked(server, codebase, "none")).doesNotContain("198.18");
        }
    }

    /** What a sandbox's names lead to. */
    private static String looked(TestServer server, String codebase, String policy) throws Exception {
        String id = server.sandboxes().createSandbox(request(codebase, policy)).getId();
        server.post("/v1/sandboxes/" + id + "/start", "{}");
        String command = "{\"command\": \"getent ahostsv4 api.example.com; getent hosts example.org; true\"}";
        return server.post("/v1/sandboxes/" + id + "/exec", command).body().toString();
    }
}
