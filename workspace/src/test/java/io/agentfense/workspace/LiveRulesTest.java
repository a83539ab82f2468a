package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** New rules hold for every operation that begins after the change returned. */
class LiveRulesTest {
    private static final List<Rule> WRITE = List.of(Rule.of("**/*", Level.WRITE));

    private MountedTree tree;

    @BeforeEach
    void mount() throws Exception {
        tree = MountedTree.live(WRITE, base -> {
            MountedTree.file(base, "a/one", "content");
            MountedTree.file(base, "a/two", "content");
            MountedTree.file(base, "b/three", "content");
        });
        tree.walk("");
        assertThat(tree.read("/a/one")).isPositive();
        assertThat(tree.read("/b/three")).isPositive();
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private void change(Rule... rules) throws Exception {
        tree.workspace().changeRules(Policy.compile(List.of(rules)));
    }

    @Test
    void whatBecameHiddenIsGoneAtOnce() throws Exception {
        change(Rule.of("**/*", Level.READ), Rule.of("/a/**", Level.NONE, 10));

        assertThat(tree.stat("/a/one", new Stat())).isEqualTo(-Errno.ENOENT);
        assertThat(tree.stat("/a", new Stat())).isEqualTo(-Errno.ENOENT);
        assertThat(tree.walk("")).containsExactlyInAnyOrder("/b", "/b/three");
    }

    @Test
    void whatWasHiddenAppearsAtOnce() throws Exception {
        change(Rule.of("/b/**", Level.READ));
        assertThat(tree.walk("")).containsExactlyInAnyOrder("/b", "/b/three");

        change(Rule.of("**/*", Level.READ));

        assertThat(tree.walk("")).contains("/a/one", "/a/two", "/b/three");
        assertThat(tree.read("/a/one")).isPositive();
    }

    @Test
    void openDescriptorsEndAtTheirNextUse() throws Exception {
        int fd = tree.open("/a/one", OpenFlags.O_RDWR, 0);
        try (Arena arena = Arena.ofConfined()) {
            long buffer = arena.allocate(8).address();
            assertThat(Descriptor.pread(fd, buffer, 8, 0)).isEqualTo(7);

            change(Rule.of("/b/**", Level.READ));

            assertThat(Descriptor.pread(fd, buffer, 8, 0)).isEqualTo(-Errno.EACCES);
            assertThat(Descriptor.pwrite(fd, buffer, 8, 0)).isEqualTo(-Errno.EACCES);
        }
        Descriptor.close(fd);
    }

    @Test
    void aWriterBecomesAReader() throws Exception {
        int fd = tree.open("/a/one", OpenFlags.O_RDWR, 0);
        try (Arena arena = Arena.ofConfined()) {
            long buffer = arena.allocate(8).address();
            assertThat(Descriptor.pwrite(fd, buffer, 1, 0)).isEqualTo(1);

            change(Rule.of("**/*", Level.READ));

            assertThat(Descriptor.pwrite(fd, buffer, 1, 0)).isEqualTo(-Errno.EACCES);
            assertThat(Descriptor.pread(fd, buffer, 8, 0)).isEqualTo(7);
        }
        Descriptor.close(fd);
        Stat stat = new Stat();
        assertThat(tree.stat("/a/one", stat)).isZero();
        assertThat(stat.mode & 0222).isZero();
    }

    @Test
    void aMappingOfWhatWasWithdrawnIsNotServedAnyMore() throws Exception {
        try (FileChannel channel = FileChannel.open(tree.mount.resolve("a/one"), StandardOpenOption.READ)) {
            var mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, 7);
            assertThat(mapping.get(0)).isEqualTo((byte) 'c');

            change(Rule.of("/b/**", Level.READ));

            // The JVM turns the SIGBUS of a mapped read into this error.
            assertThatThrownBy(() -> mapping.get(0)).isInstanceOf(InternalError.class);
        }
    }

    @Test
    void aWorkspaceForFixedRulesRefuses() throws Exception {
        try (MountedTree fixed = MountedTree.over(MountedTree.Kind.DELTA, WRITE, base -> {})) {
            Policy policy = Policy.compile(WRITE);
            assertThatThrownBy(() -> fixed.workspace().changeRules(policy)).isInstanceOf(IllegalStateException.class);
        }
    }
}
