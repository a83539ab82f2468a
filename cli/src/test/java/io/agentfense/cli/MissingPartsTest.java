package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine that lacks something, a run fails before the command starts and says what to do. */
class MissingPartsTest {
    /** /dev with nothing but what a JVM and a shell need. */
    private static final String EMPTY_DEV = """
            mount -t tmpfs none "$1"
            for device in null zero random urandom; do
                touch "$1/$device" && mount --bind "/dev/$device" "$1/$device"
            done
            mount --rbind "$1" /dev
            shift
            exec "$@"
            """;

    @TempDir
    private Path scratch;

    private Path base;

    @BeforeEach
    void fill() throws IOException {
        base = Files.createDirectories(scratch.resolve("base"));
        Files.writeString(base.resolve("file"), "content");
    }

    @Test
    void withoutFuse() throws Exception {
        String dev = Files.createDirectories(scratch.resolve("dev")).toString();
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", EMPTY_DEV, "sh", dev));
        command.addAll(run());

        fails(new ProcessBuilder(command), "fuse", "module");
    }

    @Test
    void withoutBubblewrap() throws Exception {
        ProcessBuilder run = new ProcessBuilder(run());
        run.environment().put("PATH", scratch.toString());

        fails(run, "bubblewrap is not installed", "apt-get install bubblewrap");
    }

    /** The limit holds for the user namespace in which it is set: here one that is all but the host's. */
    @Test
    void withoutUserNamespaces() throws Exception {
        Process holder = new ProcessBuilder("unshare", "--user", "--mount", "sh", "-c", "echo; exec cat").start();
        holder.getInputStream().read();
        for (String map : List.of("uid_map", "gid_map")) {
            Files.writeString(Path.of("/proc/" + holder.pid(), map), "0 0 4294967295");
        }
        String limited = "echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"";
        List<String> command = new ArrayList<>(
                List.of("nsenter", "--target=" + holder.pid(), "--user", "--mount", "sh", "-ec", limited, "sh"));
        command.addAll(run());
        try {
            fails(new ProcessBuilder(command), "User namespaces are off", "sysctl user.max_user_namespaces");
        } finally {
            holder.destroy();
        }
    }

    @Test
    void aDirectoryThatMayNotBeRead() throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("-wx-----x"));
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--bounding-set=-dac_override,-dac_read_search",
                "--inh-caps=-dac_override,-dac_read_search"));
        command.addAll(run());

        fails(new ProcessBuilder(command), "can't be read by this user", "chmod");
    }

    private List<String> run() {
        return new Agentfense(scratch.resolve("state"))
                .command("run", "--discard", base.toString(), "--", "true")
                .command();
    }

    private void fails(ProcessBuilder run, String... complaints) throws Exception {
        run.environment().put("AGENTFENSE_STATE", scratch.resolve("state").toString());
        Ended ended = Ended.of(run);
        assertThat(ended.err()).contains(complaints);
        assertThat(ended.exitCode()).isEqualTo(125);
    }
}
