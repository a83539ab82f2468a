package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Class C: listings, numbers, times and events tell nothing of what is hidden, and seeing is not having. */
class MetadataTest extends AttackTest {
    private static final List<String> DIRECTORIES =
            List.of(".", "w", "r", "v", "vault", "deep", "deep/er", "w/mixed", "w/onlyhidden", "w/dir", "r/dir");

    private record Entry(String name, int type, long next, String inode) {
        static Entry of(String text) {
            String[] parts = text.split(",");
            return new Entry(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]), parts[3]);
        }
    }

    private List<Entry> entries(String directory) {
        String answer = tell("dents " + directory);
        assertThat(answer).startsWith("OK ");
        return List.of(answer.substring(3).split(" ")).stream().map(Entry::of).toList();
    }

    @Test
    void listingsHoldNothingHidden() {
        for (String directory : DIRECTORIES) {
            assertThat(entries(directory)).extracting(Entry::name).noneMatch(name -> name.startsWith("hidden"));
        }
        assertThat(entries("vault")).extracting(Entry::name).containsExactlyInAnyOrder(".", "..", "public", "drop");
        assertThat(entries("w")).extracting(Entry::name).doesNotContain("sealed");
        assertThat(entries("w/onlyhidden")).hasSize(2);
    }

    @Test
    void positionsInAListingOnlyGrowAndLeadBack() {
        for (String directory : DIRECTORIES) {
            List<Long> offsets = entries(directory).stream().map(Entry::next).toList();
            assertThat(offsets).isSorted().doesNotHaveDuplicates();
            assertThat(tell("positions " + directory)).isEqualTo("OK " + offsets.size() + " entries, 0 wrong");
        }
    }

    @Test
    void numbersInAListingAreThoseOfTheFilesAndNotTheHosts() throws IOException {
        for (String directory : List.of("r", "v", "w/mixed", "w/dir", "deep/er")) {
            for (Entry entry : entries(directory)) {
                String path = directory + "/" + entry.name();
                if (!entry.name().equals("..")) {
                    assertThat(tell("lstat " + path)).endsWith("inode=" + entry.inode());
                    long host = (Long) Files.getAttribute(
                            tree.base.resolve(path), "unix:ino", java.nio.file.LinkOption.NOFOLLOW_LINKS);
                    assertThat(tell("inode " + path)).isNotEqualTo("OK " + host);
                }
            }
        }
    }

    @Test
    void directoriesHaveOneLinkAndOneSize() {
        for (String directory : DIRECTORIES) {
            assertThat(tell("stat " + directory)).contains(" links=1 size=4096 blocks=8 ");
        }
    }

    /** What the host changes among hidden things causes no event and moves no time. */
    @Test
    void hiddenChangesOfTheHostAreNotNoticed() throws IOException {
        assertThat(tell("ls r/dir")).isEqualTo("OK inner sub");
        assertThat(tell("ls r/dir/sub")).isEqualTo("OK leaf");
        String before = tell("times r/dir").replaceAll(" accessed.*", "");
        assertThat(tell("watch i r/dir")).isEqualTo("OK");
        Path hidden = tree.base.resolve("r/dir/hidden-new");
        Files.writeString(hidden, Treasury.CANARY);
        Files.writeString(hidden, Treasury.CANARY + "!");
        Files.move(hidden, tree.base.resolve("r/dir/hidden-moved"));
        Files.delete(tree.base.resolve("r/dir/hidden-moved"));
        // The watch on the base tells of events in their order: when this is known, the others were too.
        Files.writeString(tree.base.resolve("r/dir/sub/marker"), "seen");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> tell("lstat r/dir/sub/marker").startsWith("OK"));
        assertThat(tell("events i")).isEqualTo("OK");
        // A direct mount shows the codebase's own times: nothing else would tell of what is changed through it.
        if (!setting.direct) {
            assertThat(tell("times r/dir").replaceAll(" accessed.*", "")).isEqualTo(before);
        }
        Files.delete(tree.base.resolve("r/dir/sub/marker"));
    }

    @Test
    void theSizeOfTheFilesystemIsNotTheHosts() throws IOException {
        String before = tell("statfs r");
        assertThat(before).contains("block=4096", "name=255").doesNotContain("blocks=0 ");
        long host = Files.getFileStore(tree.base).getTotalSpace() / 4096;
        assertThat(before).doesNotContain("blocks=" + host + " ");
        Files.write(tree.scratch.resolve("big"), new byte[10 << 20]);
        assertThat(tell("statfs r")).isEqualTo(before);
    }

    @Test
    void anInodeNumberStaysWithItsFile() {
        String number = tell("inode w/file");
        assertThat(tell("put w/file changed")).isEqualTo("OK");
        assertThat(tell("inode w/file")).isEqualTo(number);
        assertThat(tell("rename w/file w/dir/moved")).isEqualTo("OK");
        assertThat(tell("inode w/dir/moved")).isEqualTo(number);
        assertThat(tell("inode w/other")).isNotEqualTo(number);
        try (Probe another = tree.another()) {
            assertThat(another.tell("inode w/dir/moved")).isEqualTo(number);
            assertThat(tell("inside w/dir/sub")).isEqualTo("OK /sub");
            assertThat(another.tell("ls w/dir/sub")).isEqualTo("OK leaf");
            assertThat(tell("inside w/dir/sub")).isEqualTo("OK /sub");
        }
    }

    @Test
    void theMountTableNamesNoPlaceOfTheHosts() throws IOException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(tree.mount.toString()))
                .toList();
        assertThat(mounts).isNotEmpty().allMatch(line -> line.contains("nosuid") && line.contains("nodev"));
        assertThat(mounts).noneMatch(line -> line.contains("/base") || line.contains("/upper"));
        assertThat(mounts).allMatch(line -> line.contains(" fuse.agentfense agentfense "));
    }

    @Test
    void whatMayOnlyBeSeenCannotBeHad() {
        assertThat(tell("stat v/file")).startsWith("OK file 0000 links=1 size=6");
        assertThat(tell("try v/file RDONLY")).isEqualTo("EACCES");
        assertThat(tell("try v/file RDONLY|DIRECT")).isEqualTo("EACCES");
        assertThat(tell("readlink v/link")).isEqualTo("EACCES");
        assertThat(tell("exec v/exec")).isEqualTo("EACCES");
        assertThat(tell("getxattr v/file user.x")).isEqualTo("EACCES");
        assertThat(tell("listxattr v/file")).isEqualTo("EACCES");
        assertThat(tell("open a v/file PATH")).isEqualTo("OK");
        assertThat(tell("open b w/file RDWR")).isEqualTo("OK");
        assertThat(tell("copy a b 6")).isEqualTo("EBADF");
        assertThat(tell("sendfile a b 6")).isEqualTo("EBADF");
        assertThat(tell("splice a 6")).isEqualTo("EBADF");
        assertThat(tell("clone a b")).isNotEqualTo("OK");
        assertThat(tell("map m a r private")).isEqualTo("EBADF");
        assertThat(tell("read a 6")).isEqualTo("EBADF");
    }

    @Test
    void interpretersAndLoadersNeedToReadToo() {
        for (List<String> command : List.of(
                List.of("sh", "v/exec"),
                List.of("sh", "-c", ". ./v/exec"),
                List.of("/lib64/ld-linux-x86-64.so.2", "./v/exec"),
                List.of("cp", "v/file", "w/stolen"),
                List.of("dd", "if=v/file", "of=w/stolen"),
                List.of("sh", "v/../w/tohidden"))) {
            Shell.Result result = tree.run(command);
            assertThat(result.exitCode()).as(command.toString()).isNotIn(0, 7);
            assertThat(result.output()).containsAnyOf("Permission denied", "No such file");
        }
    }
}
