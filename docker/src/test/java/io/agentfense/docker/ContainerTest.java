package io.agentfense.docker;

import static io.agentfense.docker.TestContainers.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.GuestProgram;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.Script;
import io.agentfense.sandbox.ShellSpec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container is and is not, seen from inside and from the host. */
class ContainerTest {
    @TempDir
    Path directory;

    private TestContainers containers;

    @BeforeEach
    void prepare() throws IOException {
        containers = new TestContainers(TestEngine.host(), directory);
    }

    @AfterEach
    void tidy() throws IOException {
        containers.close();
    }

    private Sandbox start(String image) throws IOException {
        return containers.start(ContainerSpec.of(image));
    }

    @ParameterizedTest
    @ValueSource(strings = {TestEngine.BUSYBOX, TestEngine.DEBIAN})
    void aCommandRunsInTheImageAndWritesInTheWorkspace(String image) throws IOException {
        try (Sandbox sandbox = start(image)) {
            assertThat(sh(sandbox, "pwd; echo hello > file; cat file; id -un")).isEqualTo("/workspace\nhello\nagent\n");
        }
        assertThat(containers.workspace.resolve("file")).hasContent("hello");
    }

    @Test
    void anImageWithoutAShellIsAsGood() throws IOException {
        try (Sandbox sandbox = start(TestEngine.BUSYBOX)) {
            ExecutionResult result =
                    sandbox.exec(Command.of("/bin/busybox", "echo", "direct")).await();
            assertThat(result.stdout().text()).isEqualTo("direct\n");
        }
    }

    @Test
    void itsProcessesHaveNoPrivilegesAndGetNone() throws IOException {
        try (Sandbox sandbox = start(TestEngine.DEBIAN)) {
            assertThat(sh(sandbox, "grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/self/status"))
                    .isEqualTo("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
                            + "CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
            assertThat(sh(sandbox, "id -u; id -g"))
                    .isEqualTo(
                            containers.user().uid() + "\n" + containers.user().gid() + "\n");
            assertThat(sandbox.separatesCommands()).isTrue();
        }
    }

    @Test
    void nothingOfTheImageCanBeChanged() throws IOException {
        try (Sandbox sandbox = start(TestEngine.DEBIAN)) {
            String writable = "find / -xdev \\( -type d -o -type f \\) -writable 2>/dev/null | grep -v '^/proc'";
            assertThat(sh(sandbox, "touch /x /usr/x /home/somebody/x; " + writable))
                    .contains("Read-only file system");
            assertThat(sh(sandbox, "touch /tmp/x /var/tmp/x /dev/shm/x && echo kept"))
                    .isEqualTo("kept\n");
        }
    }

    @Test
    void itHasALoopbackAndNoOtherNetwork() throws IOException {
        try (Sandbox sandbox = start(TestEngine.DEBIAN)) {
            assertThat(sh(sandbox, "tail -n +3 /proc/net/dev | cut -d: -f1; cat /etc/resolv.conf"))
                    .isEqualToIgnoringWhitespace("lo nameserver 127.0.0.1");
        }
    }

    @Test
    void itsLimitsAreKeptAndCounted() throws IOException {
        ResourceLimits limits =
                ResourceLimits.NONE.withMemory(64 << 20).withProcesses(20).withCpus(0.5);
        try (Sandbox sandbox = containers.start(ContainerSpec.of(TestEngine.DEBIAN), spec -> spec.withLimits(limits))) {
            ExecutionResult hungry = sandbox.exec(
                            Command.of("/bin/sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' x)"))
                    .await();
            assertThat(hungry.exitCode()).isEqualTo(137);
            assertThat(hungry.outOfMemoryKills()).isPositive();
            assertThat(sh(sandbox, "for i in $(seq 40); do sleep 1000 & done 2>&1"))
                    .contains("fork");
            assertThat(sandbox.usage().processes()).isPresent();
            assertThat(sandbox.usage().memoryBytes()).isPresent();
        }
    }

    @Test
    void anImagesVariablesAreThereAndTheCallersWin() throws IOException {
        Path build = Files.createDirectory(directory.resolve("build"));
        Files.writeString(
                build.resolve("Dockerfile"),
                "FROM " + TestEngine.BUSYBOX + "\nENV A=image B=image\n"
                        + "VOLUME /data\nUSER root\nENTRYPOINT [\"/bin/false\"]\n");
        TestEngine.docker("build", "-q", "-t", "agentfense-test/variables:1", build.toString());
        try (Sandbox sandbox = start("agentfense-test/variables:1")) {
            Command command =
                    Command.of("/bin/sh", "-c", "echo $A $B; touch /data/x && df /data | tail -1 | cut -c1-5");
            assertThat(sandbox.exec(command.withEnvironment(Map.of("B", "caller")))
                            .await()
                            .stdout()
                            .text())
                    .isEqualTo("image caller\ntmpfs\n");
        }
    }

    @Test
    void shellsKeepTheirState() throws Exception {
        try (Sandbox sandbox = start(TestEngine.DEBIAN);
                var shell = sandbox.openShell(ShellSpec.of("/bin/bash"))) {
            shell.run(Script.of("cd /tmp; export KEPT=yes; f() { echo $KEPT; }"));
            assertThat(shell.run(Script.of("pwd; f")).stdout().text()).isEqualTo("/tmp\nyes\n");
        }
    }

    @Test
    void theGuestsSocketTakesNobodyElse() throws IOException {
        try (Sandbox sandbox = start(TestEngine.BUSYBOX)) {
            assertThat(sh(sandbox, "busybox nc local:/.agentfense-control </dev/null 2>&1; echo $?"))
                    .doesNotContain("0\n");
            assertThat(sandbox.exec(Command.of(GuestProgram.INSIDE, "init", "/.agentfense-control"))
                            .await()
                            .exitCode())
                    .isEqualTo(125);
        }
    }

    @Test
    void killedFromOutsideItsCommandsEndAsOfASandboxThatEnded() throws IOException {
        try (Sandbox sandbox = start(TestEngine.BUSYBOX)) {
            var execution = sandbox.exec(Command.of("/bin/busybox", "sleep", "1000"));
            TestEngine.docker("kill", containers.ids().getFirst());
            assertThat(execution.await().exitCode()).isEqualTo(137);
            assertThat(sandbox.isAlive()).isFalse();
        }
    }

    @Test
    void anImageThatIsNotThereIsSaidToBe() {
        assertThatThrownBy(() -> start("127.0.0.1:1/nothing/here:1"))
                .hasMessageContaining("127.0.0.1:1/nothing/here:1 can't be pulled")
                .hasMessageContaining("docker login");
        assertThat(containers.progress).contains("pulling the image 127.0.0.1:1/nothing/here:1");
        assertThat(directory.resolve("mounts")).isDirectoryRecursivelyContaining("glob:**/guest");
    }

    /** gVisor: the real program, which lets no socket of the host in. */
    @Test
    void aRuntimeInWhichTheGuestCannotReachItsHostIsRefused() throws IOException {
        containers.runtime.check("runsc");
        assertThatThrownBy(() ->
                        containers.start(ContainerSpec.of(TestEngine.BUSYBOX).withOciRuntime("runsc")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> containers.runtime.check("kata")).hasMessageContaining("has no runtime kata; it has");
    }

    @Test
    void withoutAnEngineTheFixIsSaid() throws IOException {
        try (Engine none = Engine.at("unix:///nowhere/docker.sock")) {
            assertThatThrownBy(none::check)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no Docker Engine answers at unix:///nowhere/docker.sock")
                    .hasMessageContaining("runtime.docker.host");
        }
        assertThatThrownBy(() -> Engine.at("tcp://10.0.0.1:2375")).hasMessageContaining("must be on this host");
    }

    @Test
    void anEngineThatTakesACallAndNeverAnswersIsNotWaitedForForEver() throws IOException {
        Path socket = directory.resolve("mute.sock");
        try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                Engine engine = Engine.at("unix://" + socket)) {
            mute.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(engine::check)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no answer within 10 s");
        }
    }
}
