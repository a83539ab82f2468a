package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BwrapArgumentsTest {
    private static final SystemFiles MERGED = new SystemFiles(
            List.of(new SystemFiles.Link(Path.of("/bin"), Path.of("usr/bin"))),
            List.of(),
            List.of(Path.of("/etc/localtime")),
            List.of(Path.of("/proc/keys")));

    private static List<String> words(String text) {
        return Arrays.asList(text.strip().split("\\s+"));
    }

    @Test
    void theOptionsOfARootsSandboxAreThese() throws IOException {
        try (HostUser user = HostUser.acquire()) {
            SandboxSpec spec = SandboxSpec.of(Path.of("/srv/code"), user).withTemporaryBytes(4096);

            assertThat(BwrapArguments.of(spec, MERGED, 4, List.of(5, 6, 7, 8, 9)))
                    .isEqualTo(words("""
                    --unshare-user --disable-userns --unshare-pid --unshare-net --unshare-ipc
                    --unshare-uts --unshare-cgroup
                    --uid 1000 --gid 1000 --hostname sandbox
                    --cap-drop ALL --new-session --as-pid-1
                    --ro-bind /usr /usr
                    --symlink usr/bin /bin
                    --dir /etc --dir /etc/ssl
                    --ro-bind /etc/localtime /etc/localtime
                    --perms 0444 --file 5 /etc/passwd
                    --perms 0444 --file 6 /etc/group
                    --perms 0444 --file 7 /etc/hosts
                    --perms 0444 --file 8 /etc/nsswitch.conf
                    --perms 0444 --file 9 /etc/resolv.conf
                    --proc /proc
                    --ro-bind /dev/null /proc/keys
                    --dev /dev
                    --perms 1777 --size 4096 --tmpfs /dev/shm
                    --perms 1777 --size 4096 --tmpfs /tmp
                    --dir /run --dir /var
                    --symlink /tmp /var/tmp --symlink /run /var/run
                    --bind /tmp/workspace /workspace
                    --chdir /
                    --perms 0555 --file 4 /.agentfense-guest
                    --remount-ro /dev
                    --remount-ro /
                    """));
        }
    }

    @Test
    void aHostThatDidNotMergeItsDirectoriesShowsThemAsTheyAre() throws IOException {
        SystemFiles unmerged =
                new SystemFiles(List.of(), List.of(Path.of("/bin"), Path.of("/lib")), List.of(), List.of());
        try (HostUser user = HostUser.acquire()) {
            SandboxSpec spec = SandboxSpec.of(Path.of("/srv/code"), user);

            assertThat(BwrapArguments.of(spec, unmerged, 4, List.of(5, 6, 7, 8, 9)))
                    .containsSequence("--ro-bind", "/bin", "/bin", "--ro-bind", "/lib", "/lib")
                    .doesNotContainSequence("--symlink", "usr/bin");
        }
    }

    @Test
    void valuesThatWouldMeanSomethingElseAreRefused() throws IOException {
        try (HostUser user = HostUser.acquire()) {
            SandboxSpec spec = SandboxSpec.of(Path.of("/srv/code"), user);
            for (String hostname : List.of("", "-x", "--bind", "a b", "a\nb", "a\0b", "a".repeat(64), "x-")) {
                assertThatThrownBy(() -> spec.withHostname(hostname))
                        .as(hostname)
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> SandboxSpec.of(Path.of("--bind"), user)).hasMessageContaining("absolute");
        }
    }

    @Test
    void theFilesOfThisHostAreFound() throws IOException {
        SystemFiles system = SystemFiles.ofThisHost();

        assertThat(system.settings()).contains(Path.of("/etc/ld.so.cache"));
        assertThat(system.settings()).noneMatch(path -> path.startsWith("/etc/ssl/private"));
        assertThat(system.links().size() + system.directories().size()).isGreaterThanOrEqualTo(3);
    }
}
