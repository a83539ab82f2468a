package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hostile command finds of the host, under root and under an ordinary user. */
@ParameterizedClass
@EnumSource(Host.class)
class IsolationTest {
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENOSYS = 38;
    private static final int SIGSYS = 31;

    @Parameter
    private Host host;

    private Shell shell;

    @BeforeEach
    void start() throws IOException {
        shell = host.open();
    }

    @AfterEach
    void stop() throws IOException {
        shell.close();
    }

    private String out(String script) throws IOException {
        return shell.sh(script).out().strip();
    }

    @Test
    void itIsAnOrdinaryUserWithoutCapabilities() throws IOException {
        assertThat(out("id -u; id -G; whoami")).isEqualTo("1000\n1000\nagent");
        assertThat(out("grep ^Cap /proc/self/status | cut -f2 | sort -u")).isEqualTo("0000000000000000");
        assertThat(out("grep -h NoNewPrivs /proc/self/status")).endsWith("1");
    }

    /** Or each step of a command's start would wait for neighbours that use up all processors. */
    @Test
    void process1IsServedSoonAndCommandsAreAsUsual() throws IOException {
        String slices = """
                import ctypes, platform, struct
                def slice(pid):
                    attributes = ctypes.create_string_buffer(48)
                    number = {"x86_64": 315, "aarch64": 275}[platform.machine()]
                    assert ctypes.CDLL(None).syscall(number, pid, attributes, 48, 0) == 0
                    return struct.unpack_from("=Q", attributes.raw, 24)[0]
                print(slice(1), slice(0) > slice(1))""";
        assertThat(out("python3 -c '" + slices + "'")).isEqualTo("100000 True");
    }

    @Test
    void itIsNeverRootOnTheHost() throws IOException {
        // The owner of what it creates is its uid as the host knows it.
        shell.sh("touch mine");
        assertThat((Integer) Files.getAttribute(shell.workspace().resolve("mine"), "unix:uid"))
                .matches(uid -> uid == OrdinaryUser.UID || uid >= HostUser.RANGE_START, "an ordinary user");
        assertThat(shell.sh("echo x > /proc/sys/kernel/core_pattern").exitCode())
                .isNotZero();
        assertThat(shell.sh("echo x > /proc/sysrq-trigger").exitCode()).isNotZero();
    }

    @Test
    void everyDangerousSystemCallIsDenied() throws IOException {
        List<String> calls = out("./probe calls").lines().toList();
        assertThat(calls).allMatch(line -> line.endsWith(" " + EPERM) || line.endsWith(" " + ENOSYS));
        assertThat(calls).hasSizeGreaterThan(70).contains("clone3 38", "io_uring_setup 38", "newer_than_the_filter 38");
        assertThat(out("grep ^Seccomp: /proc/self/status")).endsWith("2");
    }

    @Test
    void ordinarySystemCallsWork() throws IOException {
        assertThat(out("echo x | ./probe allowed").lines()).isNotEmpty().allMatch(line -> line.endsWith(" 0"));
    }

    @Test
    void callsOfOtherArchitecturesKill() throws IOException {
        assertThat(shell.sh("./probe x32").exitCode()).isEqualTo(128 + SIGSYS);
        assertThat(shell.sh("./probe i386").exitCode()).isEqualTo(128 + SIGSYS);
    }

    @Test
    void nothingCanBePushedIntoATerminal() throws IOException {
        assertThat(out("./probe push"))
                .isEqualTo("TIOCSTI 1\nTIOCSTI_high_bits 1\nTIOCLINUX 1\nTIOCSETD 1\nTIOCGWINSZ 0");
        assertThat(shell.sh("echo x > /dev/tty").err()).contains("No such device or address");
    }

    @Test
    void processOneCannotBeLookedInto() throws IOException {
        assertThat(out("./probe peek 1")).isEqualTo(allDenied());
    }

    @Test
    void commandsCannotLookIntoEachOther() throws IOException {
        int other = Integer.parseInt(out("sleep 1000 > /dev/null 2>&1 & echo $!"));

        assertThat(out("./probe peek " + other)).isEqualTo(allDenied());
        assertThat(out("sh -c 'tr \"\\0\" \" \" < /proc/" + other + "/cmdline'"))
                .isEqualTo("sleep 1000");
    }

    private static String allDenied() {
        return "mem " + EACCES + "\nenviron " + EACCES + "\nmaps " + EACCES + "\nfd/0 " + EACCES + "\nroot " + EACCES
                + "\nptrace_attach " + EPERM + "\nprocess_vm_readv " + EPERM;
    }

    @Test
    void aCommandMayLookIntoItsOwnChildren() throws IOException {
        assertThat(out("sleep 1000 & ./probe peek $! | head -2; kill $!")).isEqualTo("mem 0\nenviron 0");
    }

    @Test
    void onlyItsOwnProcessesAreVisible() throws IOException {
        assertThat(out("for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done"))
                .doesNotContain("java")
                .doesNotContain("bwrap")
                .startsWith("/.agentfense-guest init");
        assertThat(out("ls -d /proc/[0-9]* | wc -l")).isLessThan("9").hasSize(1);
    }

    @Test
    void theNetworkIsItsOwnAndEmpty() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = server.getLocalPort();
            assertThat(shell.sh("exec 3<>/dev/tcp/127.0.0.1/" + port).exitCode())
                    .isNotZero();
            assertThat(shell.sh("bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + port + "'")
                            .err())
                    .contains("Connection refused");
            assertThat(shell.sh("bash -c 'exec 3<>/dev/tcp/169.254.169.254/80'").err())
                    .contains("Network is unreachable");
        }
        assertThat(out("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).isEqualTo("lo");
        assertThat(out("tail -n +2 /proc/net/unix")).isEmpty();
        assertThat(shell.sh("getent hosts example.com").exitCode()).isNotZero();
    }

    @Test
    void noSocketsOrDevicesOfTheHostAreThere() throws IOException {
        assertThat(out("ls -d /sys /root /home /boot /mnt /opt /srv /run/* /dev/fuse /dev/kvm /dev/mem /dev/vda"
                        + " /var/lib /var/run/docker.sock 2> /dev/null"))
                .isEmpty();
        assertThat(out("find / -xdev -type s -o -type b 2> /dev/null")).isEmpty();
        assertThat(out("ls /dev | sort | tr '\\n' ' '"))
                .isEqualTo("core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero");
    }

    @Test
    void theSystemIsReadOnly() throws IOException {
        assertThat(out("for d in / /usr /usr/bin /etc /dev /proc /run /var /etc/ssl;"
                        + " do touch $d/x 2> /dev/null && echo $d; done"))
                .isEmpty();
        assertThat(out("grep -e ' /usr ' -e ' /etc/' /proc/self/mountinfo | cut -d' ' -f6")
                        .lines())
                .isNotEmpty()
                .allMatch(options -> options.startsWith("ro,"));
        assertThat(out("for d in /tmp /dev/shm /workspace /var/tmp; do touch $d/x || echo $d; done"))
                .isEmpty();
    }

    @Test
    void mountsAreWithoutSetuidAndDevices() throws IOException {
        assertThat(out("cut -d' ' -f5,6 /proc/self/mountinfo").lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("nosuid"), "nosuid")
                .filteredOn(line -> !line.startsWith("/dev/"))
                .allMatch(line -> line.contains("nodev"), "nodev");
    }

    @Test
    void theEnvironmentIsCleanButForTheRequest() throws IOException {
        assertThat(out("env -u PWD -u OLDPWD -u SHLVL -u _ | sort")).isEqualTo("""
                        FROM_REQUEST=yes
                        HOME=/workspace
                        LANG=C.UTF-8
                        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                        TERM=xterm-256color
                        USER=agent""");
    }

    @Test
    void noFileOfProcTellsThePathsOrSecretsOfTheHost() throws IOException {
        String all = out("cat /proc/*/environ /proc/*/cmdline /proc/*/mountinfo /proc/*/mounts /proc/*/maps"
                + " /proc/*/cgroup /proc/*/task/*/environ 2> /dev/null | tr '\\0' '\\n';"
                + " ls -l /proc/*/fd /proc/*/cwd /proc/*/root /proc/*/exe 2> /dev/null; cat /proc/keys");
        assertThat(all)
                .contains("/workspace")
                .doesNotContain("canary")
                .doesNotContain("java.class.path")
                .doesNotContain("guest/build")
                .doesNotContain("bwrap")
                .doesNotContain("/newroot/")
                .doesNotContain("--bind");
        assertThat(out("grep -c . /proc/self/cgroup; cut -d: -f3 /proc/self/cgroup | sort -u"))
                .endsWith("\n/");
    }

    @Test
    void clockAndHostnameCannotBeSet() throws IOException {
        assertThat(out("hostname")).isEqualTo("sandbox");
        assertThat(shell.sh("hostname other").exitCode()).isNotZero();
        assertThat(shell.sh("date -s 2001-01-01").exitCode()).isNotZero();
    }

    @Test
    void onlyTheStandardStreamsAreOpen() throws IOException {
        assertThat(out("./probe fds < /dev/null")).isEqualTo("directory 3");
        assertThat(out("readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2"))
                .matches("/dev/null\npipe:\\[\\d+]\npipe:\\[\\d+]");
    }

    @Test
    void coreDumpsAreOffForGood() throws IOException {
        assertThat(out("ulimit -Hc; ulimit -c unlimited 2> /dev/null || echo refused"))
                .isEqualTo("0\nrefused");
        assertThat(shell.sh("sh -c 'kill -SEGV $$'; ls core* /tmp/core* 2> /dev/null")
                        .out())
                .isEmpty();
    }

    @Test
    void signalsToEveryoneAndToProcessOneStayInside() throws IOException {
        assertThat(shell.sh("kill -9 1; kill -TERM 1; kill -STOP 1; echo alive").out())
                .isEqualTo("alive\n");
        // It kills its own supervisor, and so itself.
        shell.sh("kill -9 -1; echo never mind");
        assertThat(out("echo still here; ls -d /proc/[0-9]* | wc -l")).matches("still here\n[345]");
    }

    @Test
    void aKeyringIsOutOfReach() throws IOException {
        assertThat(out("./probe calls | grep key")).isEqualTo("add_key 1\nrequest_key 1\nkeyctl 1");
    }
}
