package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container in a network of the engine's is cut off when it is isolated, whatever its processes left to the kernel. */
class BridgeCutTest {
    private static final String PORT = "7001";

    @TempDir
    Path directory;

    private TestServer server;
    private String id;
    private final List<Process> beside = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(
                directory,
                Map.of(
                        "runtime.docker.host",
                        TestEngine.host(),
                        "runtime.docker.enable_networking",
                        "true",
                        "network.policies",
                        "{\"docker\": {\"type\": \"bridge\"}}"));
        id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of()))
                        .addPermissions(TestServer.ALL)
                        .setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER)
                        .setImage(TestEngine.DEBIAN)
                        .putLabels("network_policy", "docker")
                        .build())
                .getId();
    }

    @AfterEach
    void stop() {
        beside.forEach(Process::destroy);
        server.close();
    }

    /** A program on the other side of the bridge, with its output in a file. */
    private Process beside(Path output, String script) throws Exception {
        Process process = new ProcessBuilder(
                        "nsenter", "--net=/proc/" + TestEngine.daemon() + "/ns/net", "bash", "-c", "exec " + script)
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        beside.add(process);
        return process;
    }

    private boolean succeeds(String script) throws Exception {
        return beside(directory.resolve("tried"), script).waitFor() == 0;
    }

    private String inside(String script) {
        return server.exec(id, script).getStdout().strip();
    }

    private void begin(String command) throws Exception {
        server.post("/v1/sandboxes/" + id + "/processes", "{\"command\": \"%s\"}".formatted(command));
    }

    /** To where it is now; succeeds once the kernel has taken the connection. */
    private String connect() throws Exception {
        return "timeout 3 bash -c ': <> /dev/tcp/" + container("{{.NetworkSettings.Networks.bridge.IPAddress}}")
                + "/7000'";
    }

    @Test
    void whatIsIsolatedIsNotReachedAndReachesNobodyUntilItsRelease() throws Exception {
        String host = inside("busybox route -n | sed -n 's/^0.0.0.0 *\\([0-9.]*\\).*/\\1/p'");
        Path received = directory.resolve("received");
        beside(received, "busybox nc -ll -p " + PORT + " -e cat");
        begin("busybox nc -ll -p 7000 -e echo inside");
        begin("while :; do echo x | timeout 1 busybox nc " + host + " " + PORT + " >> /tmp/answers 2> /dev/null; done");
        await().until(() -> succeeds(connect()));
        await().until(() -> Integer.parseInt(inside("wc -c < /tmp/answers || echo 0")) > 0);
        String before = connect();

        assertThat(server.post("/v1/sandboxes/" + id + "/isolate", "{}").body()).contains("FROZEN");
        // The kernel takes connections for processes that stand still.
        assertThat(succeeds(before)).isFalse();
        assertThat(container("{{json .NetworkSettings.Networks}}")).isEqualTo("{}");
        Path namespace = Path.of("/proc/" + container("{{.State.Pid}}") + "/net/dev");
        assertThat(Files.readString(namespace)).contains("lo:").doesNotContain("eth0");

        assertThat(server.post("/v1/sandboxes/" + id + "/release", "{}").statusCode())
                .isEqualTo(200);
        await().until(() -> succeeds(connect()));
        int answered = Integer.parseInt(inside("wc -c < /tmp/answers"));
        await().until(() -> Integer.parseInt(inside("wc -c < /tmp/answers")) > answered);
    }

    private String container(String format) throws Exception {
        String found = TestEngine.docker("ps", "-q", "--filter", "label=io.agentfense.sandbox=" + id)
                .strip();
        return TestEngine.docker("inspect", "-f", format, found).strip();
    }
}
