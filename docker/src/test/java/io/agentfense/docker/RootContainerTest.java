package io.agentfense.docker;

import static io.agentfense.docker.TestContainers.exec;
import static io.agentfense.docker.TestContainers.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.sandbox.Script;
import io.agentfense.sandbox.ShellSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root of a container is root of nothing else: on an engine that maps users, and on no other. */
class RootContainerTest {
    @TempDir
    Path directory;

    private TestContainers containers;

    @BeforeEach
    void prepare() throws IOException {
        containers = new TestContainers(RemappedEngine.host(), directory);
    }

    @AfterEach
    void tidy() throws IOException {
        containers.close();
    }

    private Sandbox root() throws IOException {
        return containers.start(ContainerSpec.of(TestEngine.DEBIAN).withRoot(true));
    }

    @Test
    void noProcessOfItIsRootOfTheHostWhateverUserItBecomes() throws IOException {
        try (Sandbox sandbox = root()) {
            assertThat(sh(sandbox, "id -u; id -g; id -un; echo $USER")).isEqualTo("0\n0\nroot\nroot\n");
            exec(
                    sandbox,
                    "sleep 1000 > /dev/null 2>&1 & setpriv --reuid 0 --regid 0 --clear-groups sleep 1000 > /dev/null"
                            + " 2>&1 & setpriv --reuid 1000 --regid 1000 --clear-groups sleep 1000 > /dev/null 2>&1 &");
            List<String> hosts = new ArrayList<>();
            for (int pid : sandbox.processes()) {
                for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                    if (line.startsWith("Uid:") || line.startsWith("Gid:") || line.startsWith("Groups:")) {
                        hosts.addAll(List.of(
                                line.replaceFirst("^[A-Za-z]+:", "").strip().split("\\s+", -1)));
                    }
                }
            }
            hosts.removeIf(String::isEmpty);
            assertThat(hosts)
                    .hasSizeGreaterThan(30)
                    .allSatisfy(id -> assertThat(Long.parseLong(id))
                            .isBetween(
                                    containers.user().uid(), containers.user().uid() + 65_535));
            assertThat(containers.user().uid()).isPositive();
        }
    }

    @Test
    void itsCommandsHaveTheCapabilitiesThatInstallersNeedAndGetNoOther() throws IOException {
        try (Sandbox sandbox = root()) {
            String capabilities = "grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):' /proc/self/status";
            assertThat(sh(sandbox, capabilities))
                    .isEqualTo("CapInh:\t0000000000000000\nCapPrm:\t00000000800000db\nCapEff:\t00000000800000db\n"
                            + "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
            assertThat(sh(sandbox, "setpriv --reuid 1000 --clear-groups " + capabilities))
                    .contains("CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
            assertThat(sh(
                            sandbox,
                            "cp /bin/grep /tmp/grep; chmod 4755 /tmp/grep; setpriv --reuid 1000 --clear-groups"
                                    + " /tmp/grep -E '^(Uid|CapEff):' /proc/self/status"))
                    .isEqualTo("Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n");
        }
    }

    @Test
    void whatNeedsMoreThanThatIsRefused() throws IOException {
        try (Sandbox sandbox = root()) {
            for (String attempt : List.of(
                    "mount -t tmpfs none /tmp",
                    "mount -o remount,rw /",
                    "umount /workspace",
                    "unshare -m true",
                    "unshare -U true",
                    "chroot / true",
                    "mknod /tmp/zero c 1 5",
                    "mknod /tmp/disk b 8 0",
                    "busybox ping -c 1 127.0.0.1",
                    "ip link set lo down 2>/dev/null || busybox ifconfig lo down",
                    "hostname other",
                    "busybox date -s 2001-01-01; [ $(date +%Y) = 2001 ]",
                    "echo core > /proc/sys/kernel/core_pattern",
                    "echo 1 > /proc/sys/vm/drop_caches",
                    "echo b > /proc/sysrq-trigger",
                    "cat /proc/kcore",
                    "echo -1000 > /proc/self/oom_score_adj",
                    "busybox nice -n -5 sh -c '[ $(busybox nice) -lt 0 ]'",
                    "readlink /proc/1/fd/3",
                    "cat /proc/1/maps",
                    "echo x > /proc/1/mem",
                    "cat /proc/1/environ",
                    "kill -9 1 && sleep 1 && false",
                    "echo x >> /.agentfense-guest",
                    "chown 0 /.agentfense-guest",
                    "rm -f /.agentfense-control",
                    "touch /etc/x",
                    "touch /sys/fs/cgroup/x /sys/fs/cgroup/*/x")) {
                assertThat(exec(sandbox, attempt).exitCode()).as(attempt).isNotZero();
            }
            assertThat(sh(sandbox, "echo alive")).isEqualTo("alive\n");
        }
    }

    @Test
    void packagesCanBeInstalledWhereFilesOfTheImageMayBeChanged() throws IOException {
        ContainerSpec changeable =
                ContainerSpec.of(TestEngine.DEBIAN).withRoot(true).withReadOnlyRoot(false);
        try (Sandbox sandbox = containers.start(changeable)) {
            assertThat(
                            sh(
                                    sandbox,
                                    "cp /bin/true /usr/bin/tool && chown 7:8 /usr/bin/tool && chmod 4755 /usr/bin/tool"
                                            + " && echo 'tool:x:7:8::/:/bin/sh' >> /etc/passwd && busybox stat -c '%u:%g %a %U' /usr/bin/tool"))
                    .isEqualTo("7:8 4755 tool\n");
            assertThat(sh(sandbox, "setpriv --reuid 7 --regid 8 --clear-groups sh -c 'id -u; echo x > /usr/x'"))
                    .startsWith("7\n")
                    .contains("Permission denied");
        }
    }

    @Test
    void aCommandThatBecameAnotherUserEndsWithItsTime() throws IOException {
        try (Sandbox sandbox = root()) {
            Command command = Command.of("/usr/bin/setpriv", "--reuid", "1000", "--clear-groups", "sleep", "1000")
                    .withTimeout(Duration.ofMillis(300));
            assertThat(sandbox.exec(command).await().outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(sh(sandbox, "cat /proc/[0-9]*/cmdline")).doesNotContain("sleep\u00001000");
        }
    }

    @Test
    void aScriptOfASessionSeesNothingOfItsShell() throws Exception {
        try (Sandbox sandbox = root();
                var shell = sandbox.openShell(ShellSpec.of("/bin/bash"))) {
            assertThat(shell.run(Script.of(
                                    "id -u; cd /proc/$$; readlink fd/0 exe cwd; cat maps environ fd/127; : > fd/1"))
                            .stdout()
                            .text())
                    .isEqualTo("0\n");
        }
    }

    @Test
    void itsOutputsCanBeOpenedAgain() throws IOException {
        try (Sandbox sandbox = root()) {
            assertThat(sh(sandbox, "echo out > /dev/stdout; echo error > /dev/stderr"))
                    .isEqualTo("out\nerror\n");
            assertThat(sh(sandbox, "echo x > file && busybox stat -c '%u:%g' file . && ls -ln / | grep -c workspace"))
                    .isEqualTo("0:0\n0:0\n1\n");
        }
    }

    @Test
    void anOrdinaryContainerOfSuchAnEngineIsAsAnyOther() throws IOException {
        try (Sandbox sandbox = containers.start(ContainerSpec.of(TestEngine.DEBIAN))) {
            assertThat(sh(sandbox, "id -u; id -un; echo x > file; cat file; grep CapBnd /proc/self/status"))
                    .isEqualTo(containers.user().uid() + "\nagent\nx\nCapBnd:\t0000000000000000\n");
            assertThat(containers.user().uid()).isGreaterThanOrEqualTo(HostUser.RANGE_START);
        }
    }

    @Test
    void onAnEngineThatMapsNoUsersThereIsNoRoot() throws IOException {
        try (TestContainers plain = new TestContainers(TestEngine.host(), directory.resolve("other"))) {
            assertThatThrownBy(plain.runtime::checkRoot).hasMessageContaining("--userns-remap");
            SandboxRuntime made = plain.of(ContainerSpec.of(TestEngine.DEBIAN).withRoot(true));
            assertThatThrownBy(made::user).hasMessageContaining("--userns-remap");
            // Even if it had been taken for one that does.
            HostUser taken = HostUser.mapped(1_900_000_000, 1_900_000_000);
            assertThatThrownBy(() -> made.start(SandboxSpec.of(plain.workspace, taken)))
                    .hasMessageContaining("would be root of the host");
        }
        assertThatThrownBy(() -> HostUser.mapped(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
