package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start from a template has of the host's mounts; what the sandbox sees is for {@link IsolationTest}. */
class MountTemplateTest {
    @TempDir
    private Path scratch;

    @BeforeAll
    static void build() {
        Built.guest();
    }

    /** The mounts of the process that waits for the end of a sandbox. */
    private static String mountsOfBwrap() throws IOException {
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            Path process = Path.of("/proc", Long.toString(child.pid()));
            if (Files.readString(process.resolve("comm")).strip().equals("bwrap")) {
                return Files.readString(process.resolve("mountinfo"));
            }
        }
        throw new AssertionError("no bwrap runs");
    }

    private static void mount(Path directory) throws Exception {
        Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "none", directory.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(Arrays.toString(command))
                .isZero();
    }

    @Test
    void aStartHasNoneOfTheMountsThatSandboxesDoNotShow() throws Exception {
        Path early = scratch.resolve("early");
        Path late = scratch.resolve("late");
        BwrapRuntime runtime = Built.runtime();
        mount(early);
        try (MountTemplate template = runtime.template()) {
            mount(late);
            try (LocalShell shell = LocalShell.start(runtime.over(template), UnaryOperator.identity())) {
                String mounts = mountsOfBwrap();
                assertThat(mounts).contains(" /tmp/workspace ").doesNotContain(scratch.toString());
                assertThat(shell.run("echo works").stdout().text()).isEqualTo("works\n");
            }
        } finally {
            run("umount", early.toString());
            run("umount", late.toString());
        }
    }

    @Test
    void whatIsMountedInTheWorkspaceIsInTheSandbox() throws Exception {
        BwrapRuntime runtime = Built.runtime();
        try (MountTemplate template = runtime.template();
                LocalShell shell = LocalShell.start(runtime.over(template), spec -> {
                    try {
                        mount(spec.workspace().resolve("inner"));
                        Files.writeString(spec.workspace().resolve("inner/file"), "there");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    return spec;
                })) {
            assertThat(shell.run("cat inner/file").stdout().text()).isEqualTo("there");
            run("umount", shell.workspace().resolve("inner").toString());
            // Their mount is their own: the host's coming and going is not theirs to see.
            assertThat(shell.run("cat inner/file").stdout().text()).isEqualTo("there");
        }
    }

    @Test
    void whereItCannotBeMadeItSaysWhy() throws Exception {
        Path guest = Built.guest();
        SystemFiles system = new SystemFiles(List.of(), List.of(Path.of("/no/such/directory")), List.of(), List.of());
        assertThatThrownBy(() -> MountTemplate.make(new Programs(Path.of("/usr/bin/bwrap"), guest), system))
                .isInstanceOf(StartException.class)
                .hasMessage("no mount namespace for sandboxes: agentfense-guest: /no/such/directory:"
                        + " No such file or directory");
    }

    @Test
    void makingOneLeavesNothingButTheNamespace() throws Exception {
        long processes = ProcessHandle.current().children().count();
        List<String> before = namespaces();
        try (MountTemplate _ = Built.runtime().template()) {
            assertThat(ProcessHandle.current().children().count()).isEqualTo(processes);
            assertThat(namespaces()).hasSize(before.size() + 1);
        }
        assertThat(namespaces()).isEqualTo(before);
    }

    /** What this process has open of mount namespaces. */
    private static List<String> namespaces() throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : all) {
                String target = Files.isSymbolicLink(each)
                        ? Files.readSymbolicLink(each).toString()
                        : "";
                if (target.startsWith("mnt:")) {
                    found.add(each + " " + target);
                }
            }
        }
        return found;
    }
}
