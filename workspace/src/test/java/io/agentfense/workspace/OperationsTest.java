package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of the specification's table of operations, each tried on a real mount of either kind. */
@ParameterizedClass
@EnumSource(MountedTree.Kind.class)
class OperationsTest {
    private static final List<Rule> RULES = List.of(
            new Rule("/w/**", Level.WRITE, PatternType.GLOB, 0),
            new Rule("/r/**", Level.READ, PatternType.GLOB, 0),
            new Rule("/v/**", Level.VIEW, PatternType.GLOB, 0),
            new Rule("**/hidden*", Level.NONE, PatternType.GLOB, 100));

    @Parameter
    MountedTree.Kind kind;

    private MountedTree tree;
    private int root;

    @BeforeEach
    void mount() throws Exception {
        tree = MountedTree.over(kind, RULES, base -> {
            for (String directory : List.of("w", "r", "v")) {
                MountedTree.file(base, directory + "/file", "content");
                MountedTree.file(base, directory + "/hidden", "secret");
                MountedTree.file(base, directory + "/dir/inner", "content");
                Files.createSymbolicLink(base.resolve(directory + "/link"), Path.of("file"));
            }
            MountedTree.file(base, "w/onlyhidden/hidden.txt", "secret");
        });
        root = Descriptor.openDirectory(tree.mount.toString());
    }

    @AfterEach
    void unmount() {
        Descriptor.close(root);
        tree.close();
    }

    private int in(String directory) {
        int fd = tree.open("/" + directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0);
        assertThat(fd).isPositive();
        return fd;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int mkdir(String directory, String name) {
        int fd = in(directory);
        int result = At.mkdir(fd, bytes(name), name.length(), 0755);
        Descriptor.close(fd);
        return result;
    }

    private int unlink(String directory, String name, int flags) {
        int fd = in(directory);
        int result = At.unlink(fd, bytes(name), name.length(), flags);
        Descriptor.close(fd);
        return result;
    }

    private int rename(String from, String name, String to, String newName, int flags) {
        int old = in(from);
        int fresh = in(to);
        int result = At.rename(old, bytes(name), name.length(), fresh, bytes(newName), newName.length(), flags);
        Descriptor.close(old);
        Descriptor.close(fresh);
        return result;
    }

    private int link(String from, String name, String to, String newName) {
        int old = in(from);
        int fresh = in(to);
        int result = At.link(old, bytes(name), name.length(), fresh, bytes(newName), newName.length());
        Descriptor.close(old);
        Descriptor.close(fresh);
        return result;
    }

    private int symlink(String directory, String name) {
        int fd = in(directory);
        int result = At.symlink(bytes("target"), 6, fd, bytes(name), name.length());
        Descriptor.close(fd);
        return result;
    }

    private int create(String path) {
        int fd = tree.open(path, OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_RDWR, 0644);
        Descriptor.close(fd);
        return Math.min(fd, 0);
    }

    /** Parts that open without messages and parts that do not are mounts of their own, and the kernel sees that first. */
    private int across() {
        return kind.strict ? Errno.EACCES : Errno.EXDEV;
    }

    @Test
    void hiddenNamesDoNotExist() {
        for (String directory : List.of("w", "r", "v")) {
            assertThat(tree.stat("/" + directory + "/hidden", new Stat())).isEqualTo(-Errno.ENOENT);
            assertThat(tree.read("/" + directory + "/hidden")).isEqualTo(-Errno.ENOENT);
            assertThat(tree.write("/" + directory + "/hidden")).isEqualTo(-Errno.ENOENT);
            assertThat(unlink(directory, "hidden", 0)).isEqualTo(-Errno.ENOENT);
        }
        assertThat(tree.walk("")).noneMatch(path -> path.contains("hidden."));
    }

    @Test
    void contentNeedsRead() {
        assertThat(tree.read("/w/file")).isPositive();
        assertThat(tree.read("/r/file")).isPositive();
        assertThat(tree.read("/v/file")).isEqualTo(-Errno.EACCES);
        assertThat(tree.stat("/v/file", new Stat())).isZero();
    }

    @Test
    void linkTargetsNeedRead() throws IOException {
        int fd = in("v");
        assertThat(At.readlink(
                        fd, bytes("link"), 4, java.lang.foreign.Arena.ofAuto().allocate(64)))
                .isEqualTo(-Errno.EACCES);
        Descriptor.close(fd);
        assertThat(Files.readSymbolicLink(tree.mount.resolve("r/link"))).isEqualTo(Path.of("file"));
    }

    @Test
    void changingNeedsWrite() {
        assertThat(tree.write("/w/file")).isEqualTo(1);
        for (String directory : List.of("r", "v")) {
            assertThat(tree.write("/" + directory + "/file")).isEqualTo(-Errno.EACCES);
            assertThat(tree.chmod("/" + directory + "/file")).isEqualTo(-Errno.EACCES);
            assertThat(unlink(directory, "file", 0)).isEqualTo(-Errno.EACCES);
        }
    }

    @Test
    void makingNeedsWriteOnTheNewPath() {
        assertThat(create("/w/new")).isZero();
        assertThat(mkdir("w", "newdir")).isZero();
        assertThat(symlink("w", "newlink")).isZero();
        assertThat(create("/r/new")).isEqualTo(-Errno.EACCES);
        assertThat(mkdir("v", "newdir")).isEqualTo(-Errno.EACCES);
        assertThat(symlink("r", "newlink")).isEqualTo(-Errno.EACCES);
    }

    @Test
    void makingAtHiddenNamesIsRefusedAlikeWhetherSomethingIsThereOrNot() {
        for (String name : List.of("hidden", "hidden-absent")) {
            assertThat(create("/w/" + name)).isEqualTo(-Errno.EACCES);
            assertThat(mkdir("w", name)).isEqualTo(-Errno.EACCES);
            assertThat(symlink("w", name)).isEqualTo(-Errno.EACCES);
            assertThat(link("w", "file", "w", name)).isEqualTo(-Errno.EACCES);
            assertThat(rename("w", "file", "w", name, 0)).isEqualTo(-Errno.EACCES);
        }
    }

    @Test
    void devicesAreNeverMade() {
        int fd = in("w");
        assertThat(At.mknod(fd, bytes("null"), 4, Stat.S_IFCHR | 0666, 0x103)).isEqualTo(-Errno.EPERM);
        assertThat(At.mknod(fd, bytes("wh"), 2, Stat.S_IFCHR, 0)).isEqualTo(-Errno.EPERM);
        assertThat(At.mknod(fd, bytes("fifo"), 4, Stat.S_IFIFO | 0644, 0)).isZero();
        Descriptor.close(fd);
    }

    @Test
    void linksNeedWriteOnBothNames() {
        assertThat(link("w", "file", "w", "second")).isZero();
        assertThat(link("r", "file", "w", "third")).isEqualTo(-across());
        assertThat(link("v", "file", "w", "third")).isEqualTo(-across());
        assertThat(link("w", "hidden", "w", "third")).isEqualTo(-Errno.ENOENT);
        Stat first = new Stat();
        Stat second = new Stat();
        assertThat(tree.stat("/w/file", first)).isZero();
        assertThat(tree.stat("/w/second", second)).isZero();
        assertThat(first.sameFile(second)).isTrue();
        assertThat(first.links).isEqualTo(2);
    }

    @Test
    void renamesNeedWriteOnBothNames() {
        assertThat(rename("w", "file", "w", "moved", 0)).isZero();
        assertThat(tree.read("/w/moved")).isPositive();
        assertThat(tree.stat("/w/file", new Stat())).isEqualTo(-Errno.ENOENT);
        assertThat(rename("r", "file", "w", "x", 0)).isEqualTo(-across());
        assertThat(rename("w", "moved", "r", "x", 0)).isEqualTo(-across());
        assertThat(rename("w", "hidden", "w", "x", 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void renameFlagsMeanWhatTheySay() {
        assertThat(create("/w/a")).isZero();
        assertThat(rename("w", "a", "w", "file", At.RENAME_NOREPLACE)).isEqualTo(-Errno.EEXIST);
        assertThat(rename("w", "a", "w", "file", At.RENAME_EXCHANGE)).isZero();
        assertThat(tree.read("/w/a")).isEqualTo('c');
        assertThat(tree.read("/w/file")).isZero();
        assertThat(rename("w", "a", "w", "b", At.RENAME_WHITEOUT)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void directoriesOfTheCodebaseAreNotRenamedInPlace() {
        assertThat(rename("w", "dir", "w", "dir2", 0)).isEqualTo(-Errno.EXDEV);
        assertThat(tree.read("/w/dir/inner")).isPositive();
    }

    @Test
    void removingNeedsAnEmptyDirectory() {
        assertThat(unlink("w", "dir", OpenFlags.AT_REMOVEDIR)).isEqualTo(-Errno.ENOTEMPTY);
        assertThat(unlink("w/dir", "inner", 0)).isZero();
        assertThat(unlink("w", "dir", OpenFlags.AT_REMOVEDIR)).isZero();
        assertThat(tree.stat("/w/dir", new Stat())).isEqualTo(-Errno.ENOENT);
        assertThat(unlink("r", "dir", OpenFlags.AT_REMOVEDIR)).isEqualTo(-Errno.EACCES);
    }

    @Test
    void aDirectoryWithOnlyHiddenEntriesGoesInsideAndStaysOutside() {
        assertThat(unlink("w", "onlyhidden", OpenFlags.AT_REMOVEDIR)).isZero();
        assertThat(tree.stat("/w/onlyhidden", new Stat())).isEqualTo(-Errno.ENOENT);
        assertThat(tree.base.resolve("w/onlyhidden/hidden.txt")).exists();
        assertThat(mkdir("w", "onlyhidden")).isZero();
        assertThat(tree.walk("/w/onlyhidden")).isEmpty();
        assertThat(tree.base.resolve("w/onlyhidden/hidden.txt")).exists();
    }

    @Test
    void directoriesTellNothingByLinksAndSizes() {
        Stat stat = new Stat();
        assertThat(tree.stat("/w", stat)).isZero();
        assertThat(stat.links).isEqualTo(1);
        assertThat(stat.size).isEqualTo(4096);
    }

    @Test
    void anUnlinkedFileLivesWhileItIsOpen() {
        int fd = tree.open("/w/file", OpenFlags.O_RDWR, 0);
        assertThat(fd).isPositive();
        assertThat(unlink("w", "file", 0)).isZero();
        assertThat(create("/w/file")).isZero();
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var buffer = arena.allocate(16);
            assertThat(Descriptor.pread(fd, buffer.address(), 16, 0)).isEqualTo(7);
            assertThat(Descriptor.pwrite(fd, buffer.address(), 4, 0)).isEqualTo(4);
        }
        Descriptor.close(fd);
        assertThat(tree.read("/w/file")).isZero();
    }

    @Test
    void aFileWithoutANameMayGetOneWhereItMayBeMade() {
        int fd = tree.open("/w", OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0640);
        assertThat(fd).isPositive();
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            assertThat(Descriptor.pwrite(fd, arena.allocateFrom("nameless").address(), 8, 0))
                    .isEqualTo(8);
        }
        int to = in("w");
        assertThat(At.linkDescriptor(fd, to, bytes("hidden-absent"), 13)).isEqualTo(-Errno.EACCES);
        assertThat(At.linkDescriptor(fd, to, bytes("named"), 5)).isZero();
        Descriptor.close(to);
        Descriptor.close(fd);
        assertThat(tree.read("/w/named")).isEqualTo('n');
        Stat stat = new Stat();
        assertThat(tree.stat("/w/named", stat)).isZero();
        assertThat(stat.mode & 0777).isEqualTo(0640);
        assertThat(tree.open("/r", OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0600))
                .isEqualTo(-Errno.EACCES);
    }

    @Test
    void denialsNameTheRule() {
        tree.read("/w/hidden");
        assertThat(tree.workspace().denials().list()).anySatisfy(denial -> {
            assertThat(new String(denial.path(), StandardCharsets.UTF_8)).isEqualTo("w/hidden");
            assertThat(denial.permission()).isEqualTo(Level.NONE);
            assertThat(denial.rule()).isEqualTo(3);
        });
    }

    @Test
    void nothingBelowWriteChangesInTheCodebase() throws IOException {
        changingNeedsWrite();
        for (String directory : List.of("r", "v")) {
            assertThat(tree.base.resolve(directory + "/file")).hasContent("content");
        }
        boolean through = kind.direct;
        assertThat(tree.base.resolve("w/file")).hasContent(through ? "wontent" : "content");
    }
}
