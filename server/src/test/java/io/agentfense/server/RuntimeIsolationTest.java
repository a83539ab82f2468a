package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.ResourceLimits;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The same walls stand around the processes of every runtime. */
class RuntimeIsolationTest extends RuntimeContract {
    @Test
    void noPrivilegesAndNoneToBeHad() {
        assertThat(sh("grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/self/status"))
                .isEqualTo("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
                        + "CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @Test
    void ofTheHostOnlyTheKernelIsSeen() throws Exception {
        String seen =
                sh("cat /proc/self/mountinfo /proc/self/environ /proc/1/cmdline /proc/self/maps; ls -la / /workspace");

        assertThat(seen)
                .doesNotContain(directory.getFileName().toString())
                .doesNotContain("junit")
                .doesNotContain(id);
        assertThat(sh("ls /proc | grep -E '^[0-9]+$' | sort -n | head -1")).isEqualTo("1\n");
        assertThat(sh("cat /proc/1/comm")).isEqualTo(".agentfense-gue\n");
        assertThat(sh("hostname")).doesNotContain(Files.readString(Path.of("/proc/sys/kernel/hostname")));
    }

    @Test
    void mountsAndNamespacesAreNotToBeMade() {
        assertThat(exec("unshare -r true").getExitCode()).isNotZero();
        assertThat(exec("unshare -m true").getExitCode()).isNotZero();
        assertThat(exec("mount -t tmpfs none /tmp").getExitCode()).isNotZero();
        assertThat(exec("echo core > /proc/sys/kernel/core_pattern").getExitCode())
                .isNotZero();
        assertThat(exec("echo 1 > /proc/sys/kernel/randomize_va_space").getExitCode())
                .isNotZero();
    }

    @Test
    void outsideOfTheWorkspaceNothingStays() {
        assertThat(exec("touch /x /usr/x /etc/x /var/x").getExitCode()).isNotZero();
        assertThat(sh("touch /tmp/x /var/tmp/x /dev/shm/x && echo there")).isEqualTo("there\n");
    }

    @Test
    void thereIsALoopbackAndNoOtherNetwork() throws Exception {
        assertThat(sh("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).isEqualTo("lo\n");
        try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ExecResult reached = exec("timeout 5 bash -c 'echo > /dev/tcp/127.0.0.1/" + host.getLocalPort() + "'");
            assertThat(reached.getExitCode()).isNotZero();
        }
        assertThat(exec("timeout 5 bash -c 'echo > /dev/tcp/1.1.1.1/53'").getExitCode())
                .isNotZero();
        assertThat(exec("timeout 5 bash -c 'echo > /dev/udp/1.1.1.1/53'").getExitCode())
                .isNotZero();
        assertThat(sh("cat /proc/net/unix | tail -n +2 | grep -c @")).startsWith("0");
    }

    @Test
    void aSandboxCannotReachItsNeighbour() {
        String other = start(request().build());
        server.exec(other, "sleep 1234 > /dev/null 2>&1 &");
        assertThat(sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("sleep 1234");
        assertThat(sh("ls /tmp /dev/shm")).doesNotContain("1234");
        assertThat(server.exec(other, "kill -0 -1 && echo fine").getStdout()).isEqualTo("fine\n");
        destroy(other);
    }

    @Test
    void memoryIsLimited() {
        String small =
                startWith(ResourceLimits.newBuilder().setMemoryBytes(64 << 20).build());
        assertThat(server.exec(small, "x=$(head -c 200000000 /dev/zero | tr '\\0' x)")
                        .getExitCode())
                .isEqualTo(137);
        assertThat(server.exec(small, "echo alive").getStdout()).isEqualTo("alive\n");
        destroy(small);
    }

    @Test
    void processesAreLimited() {
        String small = startWith(ResourceLimits.newBuilder().setPidsLimit(20).build());
        assertThat(server.exec(
                                small,
                                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do"
                                        + " sleep 1000 & done")
                        .getStderr())
                .contains("fork");
        destroy(small);
    }

    @Test
    void whoUsesItsQuotaUpLeavesTheOtherProcessorsToItsNeighboursUntilItStops() {
        String greedy =
                startWith(ResourceLimits.newBuilder().setCpuQuota(50_000).build());
        String everywhere = processorsOf(greedy);
        assertThat(everywhere).isEqualTo(processorsOf(id));

        server.exec(greedy, "for i in 1 2 3; do while :; do :; done > /dev/null 2>&1 & done");
        Awaitility.await().until(() -> processorsOf(greedy).matches("[0-9]+\n"));
        assertThat(processorsOf(id)).isEqualTo(everywhere);

        server.exec(greedy, "kill -9 -1");
        Awaitility.await().until(() -> processorsOf(greedy).equals(everywhere));
        destroy(greedy);
    }

    /** Those on which a command of a sandbox may run. */
    private static String processorsOf(String sandbox) {
        return server.exec(sandbox, "grep Cpus_allowed_list /proc/self/status | cut -f2")
                .getStdout();
    }

    @Test
    void theDeltaIsLimited() {
        String small =
                startWith(ResourceLimits.newBuilder().setDiskBytes(1 << 20).build());
        assertThat(server.exec(small, "head -c 3000000 /dev/zero > big").getStderr())
                .contains("Disk quota exceeded");
        destroy(small);
    }

    @Test
    void whatItUsesIsRead() throws Exception {
        String counted = startWith(ResourceLimits.newBuilder()
                .setMemoryBytes(256 << 20)
                .setPidsLimit(50)
                .setCpuQuota(100_000)
                .build());
        server.exec(counted, "sleep 1000 > /dev/null 2>&1 &");
        String usage = server.get("/v1/sandboxes/" + counted + "/usage").body();
        assertThat(usage).contains("cpuTime").contains("memoryBytes").contains("processes");
        server.delete("/v1/sandboxes/" + counted);
    }

    @Test
    void anIsolatedOneStandsStillAndGoesOnAfterItsRelease() throws Exception {
        String path = "/v1/sandboxes/" + id;
        server.post(path + "/processes", "{\"command\": \"while :; do echo x >> grows; done\"}");
        Awaitility.await().until(() -> !sh("cat grows; true").isEmpty());

        assertThat(TestServer.json(server.post(path + "/isolate", "{}"))
                        .path("processes")
                        .asText())
                .isEqualTo("FROZEN");
        String before = patch(path);
        assertThat(server.post(path + "/exec", "{\"command\": \"true\"}").body())
                .contains("is isolated");
        Thread.sleep(100);
        assertThat(patch(path)).isEqualTo(before);

        assertThat(server.post(path + "/release", "{}").statusCode()).isEqualTo(200);
        Awaitility.await().until(() -> !patch(path).equals(before));
        assertThat(sh("echo on")).isEqualTo("on\n");
    }

    private static String patch(String path) throws Exception {
        return server.get(path + "/diff?patch=true").body();
    }

    @Test
    void whatListensInsideIsReachedThroughTheServerAndNotFromTheHost() throws Exception {
        server.post(
                "/v1/sandboxes/" + id + "/processes", "{\"command\": \"busybox nc -ll -p 7000 -e echo from inside\"}");
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(sh("cat /proc/net/tcp /proc/net/tcp6")).contains(":1B58 "));
        SocketClient inside =
                SocketClient.open(server, "/v1/sandboxes/" + id + "/ports/7000", List.of("agentfense.port.v1"));
        Awaitility.await().untilAsserted(() -> assertThat(inside.shown()).isEqualTo("from inside\n"));
        assertThatThrownBy(() -> new Socket("127.0.0.1", 7000).close()).isInstanceOf(ConnectException.class);
    }
}
