package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.docker.TestEngine;
import io.agentfense.docker.TestRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server's configuration says about containers holds. */
class ContainerServerTest {
    @TempDir
    Path directory;

    private TestServer start(Map<String, String> keys) throws Exception {
        Map<String, String> all = new HashMap<>(
                Map.of("runtime.docker.host", TestEngine.host(), "runtime.docker.default_image", TestEngine.BUSYBOX));
        all.putAll(keys);
        return TestServer.start(directory, all);
    }

    private static CreateSandboxRequest.Builder request(TestServer server) throws Exception {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(server.codebase(Map.of()))
                .addPermissions(TestServer.ALL);
    }

    private static CreateSandboxRequest.Builder container(TestServer server, String image) throws Exception {
        return request(server).setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER).setImage(image);
    }

    private static Sandbox get(TestServer server, String id) {
        return server.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    @Test
    void aServerOfContainersGivesOneAlsoToWhoNamesBubblewrap() throws Exception {
        try (TestServer server = start(Map.of("runtime.type", "docker", "runtime.bwrap_path", "/nowhere/bwrap"))) {
            Sandbox sandbox = server.sandbox(
                    request(server).setRuntime(RuntimeType.RUNTIME_TYPE_BWRAP).build());
            assertThat(sandbox.getRuntime()).isEqualTo(RuntimeType.RUNTIME_TYPE_DOCKER);
            assertThat(sandbox.getImage()).isEqualTo(TestEngine.BUSYBOX);
            assertThat(server.exec(sandbox.getId(), "ls /bin/busybox").getExitCode())
                    .isZero();
            assertThat(server.sandbox(request(server).build()).getRuntime()).isEqualTo(RuntimeType.RUNTIME_TYPE_DOCKER);
        }
    }

    @Test
    void onlyAllowedImagesMayBeAskedFor() throws Exception {
        try (TestServer server = start(Map.of("runtime.docker.allowed_images", "agentfense-test/b*,ghcr.io/acme/*"))) {
            assertThat(server.sandbox(container(server, TestEngine.BUSYBOX).build())
                            .getStatus())
                    .isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
            for (String other : new String[] {TestEngine.DEBIAN, "ghcr.io/acme.evil/x", "evil/ghcr.io/acme/x"}) {
                assertThatThrownBy(() -> server.sandbox(container(server, other).build()))
                        .hasMessageContaining("INVALID_ARGUMENT")
                        .hasMessageContaining("not among those that this server allows");
            }
        }
    }

    @Test
    void withoutPullsAnImageThatIsNotThereIsRefused() throws Exception {
        try (TestServer server = start(Map.of("runtime.docker.pull", "never"))) {
            String id = server.sandboxes()
                    .createSandbox(container(server, "nowhere.invalid/x:1").build())
                    .getId();
            assertThatThrownBy(() -> server.sandboxes()
                            .startSandbox(StartSandboxRequest.newBuilder()
                                    .setSandboxId(id)
                                    .build()))
                    .hasMessageContaining("runtime.docker.pull");
            assertThat(get(server, id).getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_ERROR);
        }
    }

    @Test
    void anImageOfAPrivateRegistryIsPulledWithTheUsualCredentials() throws Exception {
        try (TestRegistry registry = TestRegistry.start();
                TestServer server = start(Map.of())) {
            String image = registry.push(TestEngine.BUSYBOX, "private/busybox:1");
            String refused = server.sandboxes()
                    .createSandbox(container(server, image).build())
                    .getId();
            assertThatThrownBy(() -> server.sandboxes()
                            .startSandbox(StartSandboxRequest.newBuilder()
                                    .setSandboxId(refused)
                                    .build()))
                    .hasMessageContaining("can't be pulled")
                    .hasMessageContaining("docker login");
        }
        try (TestRegistry registry = TestRegistry.start();
                var _ = registry.login();
                TestServer server = start(Map.of())) {
            String image = registry.push(TestEngine.BUSYBOX, "private/busybox:1");
            String id = server.sandboxes()
                    .createSandbox(container(server, image).build())
                    .getId();
            CopyOnWriteArrayList<String> waiting = new CopyOnWriteArrayList<>();
            Thread watching = Thread.ofPlatform().daemon().start(() -> {
                while (get(server, id).getStatus() == SandboxStatus.SANDBOX_STATUS_PENDING) {
                    waiting.addIfAbsent(get(server, id).getReason());
                }
            });
            server.sandboxes()
                    .startSandbox(
                            StartSandboxRequest.newBuilder().setSandboxId(id).build());
            watching.join();
            assertThat(server.exec(id, "echo pulled").getStdout()).isEqualTo("pulled\n");
            assertThat(waiting).anyMatch(reason -> reason.startsWith("pulling the image " + image));
            assertThat(get(server, id).getReason()).isEmpty();
        }
    }

    @Test
    void whereItIsAllowedAContainerHasANetworkOfTheEngine() throws Exception {
        String interfaces = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort";
        try (TestServer server = start(Map.of("runtime.docker.network_mode", "bridge"))) {
            String id = server.sandbox(container(server, TestEngine.BUSYBOX).build())
                    .getId();
            assertThat(server.exec(id, interfaces).getStdout()).isEqualTo("lo\n");
        }
        try (TestServer server =
                start(Map.of("runtime.docker.network_mode", "bridge", "runtime.docker.enable_networking", "true"))) {
            String id = server.sandbox(container(server, TestEngine.BUSYBOX).build())
                    .getId();
            assertThat(server.exec(id, interfaces).getStdout()).isEqualTo("eth0\nlo\n");
        }
    }

    @Test
    void anEgressPolicyHoldsInAContainerAndSaysWhatItDenies() throws Exception {
        String policies = "{\"egress_only\": {\"type\": \"egress\", \"allow\":"
                + " [{\"host\": \"api.example.com\", \"ports\": [443]}]}}";
        try (TestServer server = start(Map.of("network.policies", policies))) {
            String id = server.sandbox(container(server, TestEngine.DEBIAN)
                            .putLabels("network_policy", "egress_only")
                            .build())
                    .getId();
            assertThat(server.exec(id, "curl -sS -m 9 http://denied.example 2>&1; true")
                            .getStdout())
                    .isNotEmpty();
            assertThat(server.exec(id, "timeout 9 bash -c 'read x < /dev/tcp/1.2.3.4/80'")
                            .getExitCode())
                    .isNotZero();
            await().untilAsserted(() -> assertThat(
                            server.get("/v1/sandboxes/" + id + "/events").body())
                    .contains("network_denied")
                    .contains("denied.example")
                    .contains("1.2.3.4"));
            assertThat(server.exec(id, "echo $https_proxy; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
                            .getStdout())
                    .startsWith("http://127.0.0.1:")
                    .endsWith("\nlo\n");
        }
    }

    @Test
    void aBridgeIsForContainersWhereNetworksOfTheEngineAreAllowed() throws Exception {
        Map<String, String> keys = Map.of("network.policies", "{\"docker\": {\"type\": \"bridge\"}}");
        try (TestServer server = start(keys)) {
            assertThatThrownBy(() -> server.sandbox(container(server, TestEngine.BUSYBOX)
                            .putLabels("network_policy", "docker")
                            .build()))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("runtime.docker.enable_networking");
        }
        Map<String, String> allowed = new HashMap<>(keys);
        allowed.put("runtime.docker.enable_networking", "true");
        try (TestServer server = start(allowed)) {
            assertThatThrownBy(() -> server.sandbox(request(server)
                            .putLabels("network_policy", "docker")
                            .build()))
                    .hasMessageContaining("FAILED_PRECONDITION");
            String id = server.sandbox(container(server, TestEngine.BUSYBOX)
                            .putLabels("network_policy", "docker")
                            .build())
                    .getId();
            assertThat(server.exec(id, "ls /sys/class/net").getStdout()).isEqualTo("eth0\nlo\n");
        }
    }

    @Test
    void whereItIsAllowedFilesOfTheImageCanBeReplacedForAContainersLife() throws Exception {
        try (TestServer server = start(Map.of("runtime.docker.read_only_root", "false"))) {
            String id =
                    server.sandbox(container(server, TestEngine.DEBIAN).build()).getId();
            // Nothing in it belongs to the sandbox's user, so that takes a directory which all may write.
            assertThat(server.exec(id, "grep -E '^[0-9]+ [0-9]+ [^ ]+ / / ' /proc/self/mountinfo | cut -d' ' -f6")
                            .getStdout())
                    .startsWith("rw,");
        }
    }

    @Test
    void aRuntimeThatTheEngineHasNotIsRefused() throws Exception {
        try (TestServer server = start(Map.of("runtime.docker.oci_runtime", "kata"))) {
            assertThatThrownBy(() ->
                            server.sandbox(container(server, TestEngine.BUSYBOX).build()))
                    .hasMessageContaining("FAILED_PRECONDITION");
        }
    }

    @Test
    void whatAKilledServerLeftIsRemovedByTheNext() throws Exception {
        String settings = "runtime:\n  docker:\n    host: " + TestEngine.host() + "\n    default_image: "
                + TestEngine.BUSYBOX + "\n";
        ServerProcess first = ServerProcess.start(directory, settings);
        RemoteClient client = first.client();
        String codebase = client.codebase();
        String id = client.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER)
                        .build())
                .getId();
        client.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
        client.exec(id, "setsid sleep 8643 > /dev/null 2>&1 &");
        assertThat(containers()).isNotEmpty();
        first.process().destroyForcibly().waitFor();
        await().until(() -> ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").endsWith("sleep 8643")));

        ServerProcess next = ServerProcess.start(directory, settings);
        assertThat(containers()).isEmpty();
        assertThat(next.log()).contains("containers that an earlier server left");
        next.client()
                .sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
        assertThat(next.client().exec(id, "echo again").getStdout()).isEqualTo("again\n");
        next.end();
        assertThat(containers()).isEmpty();
    }

    private static String containers() throws Exception {
        return TestEngine.docker("ps", "-aq", "--filter", "label=io.agentfense.server");
    }
}
