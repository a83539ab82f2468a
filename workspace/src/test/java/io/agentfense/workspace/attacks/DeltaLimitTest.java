package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I01 and I02: whatever a program leaves on the host's disk is charged, and what it takes away again is given back. */
class DeltaLimitTest {
    private static final long LIMIT = 1 << 20;
    private static final int MOST_NAMES = (int) (LIMIT / 4096);
    private static final List<Rule> RULES =
            List.of(Rule.of("/**", Level.WRITE), Rule.of("**/hidden*", Level.NONE, 100));

    private Guarded tree;

    @BeforeEach
    void mount() throws IOException {
        tree = Guarded.over(Setting.ROOT_DELTA, RULES, LIMIT, base -> {
            Treasury.file(base, "large", "l".repeat((int) LIMIT + 1));
            Treasury.file(base, "dir/hidden", Treasury.CANARY);
            for (int i = 0; i < 4; i++) {
                Treasury.file(base, "base" + i, "content");
                Treasury.file(base, "dir/base" + i, "content");
                Treasury.link(base, "link" + i, "base" + i);
            }
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private String tell(String operation) {
        return tree.tell(operation);
    }

    private long charged() {
        return tree.workspace().deltaBytes();
    }

    /** What lies in the delta, counted as it is promised to be. */
    private long occupied() {
        Set<Object> files = new HashSet<>();
        long bytes = 0;
        try (Stream<Path> all = Files.walk(tree.upper)) {
            for (Path path : all.filter(each -> !each.equals(tree.upper)).toList()) {
                Map<String, Object> stat = Files.readAttributes(path, "unix:ino,size", LinkOption.NOFOLLOW_LINKS);
                boolean regular = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                bytes += 4096 + (regular && files.add(stat.get("ino")) ? (Long) stat.get("size") : 0);
            }
            return bytes;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void settles() {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(charged()).isEqualTo(occupied()));
    }

    @Test
    void whateverIsDoneTheChargeIsWhatLiesThere() throws IOException {
        Random random = new Random(20);
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 300; i++) {
                tell(anyOperation(random));
            }
            "abc".chars().forEach(letter -> tell("close " + (char) letter));
            settles();
            assertThat(charged()).isBetween(0L, LIMIT + MOST_NAMES * 4096L);
            tree.remount();
            settles();
        }
    }

    private static String anyOperation(Random random) {
        String name = anyName(random);
        String letter = List.of("a", "b", "c").get(random.nextInt(3));
        List<String> operations = List.of(
                "open " + letter + " " + name + " RDWR|CREAT",
                "open " + letter + " dir RDWR|TMPFILE",
                "fill " + letter + " " + random.nextInt(30_000),
                "ftruncate " + letter + " " + random.nextInt(30_000),
                "fallocate " + letter + " 0 0 " + (1 + random.nextInt(30_000)),
                "prolink " + letter + " " + name,
                "close " + letter,
                "truncate " + name + " " + random.nextInt(30_000),
                "put " + name + " " + "p".repeat(random.nextInt(100)),
                "unlink " + name,
                "unlink " + name,
                "rename " + name + " " + anyName(random),
                "rename " + name + " " + anyName(random),
                "rename " + name + " " + anyName(random) + " exchange",
                "link " + name + " " + anyName(random),
                "symlink target " + name,
                "mknod " + name + " socket",
                "mkdir " + name,
                "rmdir " + name,
                "chmod " + name + " 700",
                "utimens " + name + " 1 1");
        return operations.get(random.nextInt(operations.size()));
    }

    private static String anyName(Random random) {
        String directory = List.of("", "", "dir/", "made0/").get(random.nextInt(4));
        return directory + List.of("base", "made", "link").get(random.nextInt(3)) + random.nextInt(4);
    }

    @Test
    void everyKindOfNameEndsAtTheLimit() {
        for (String act : List.of(
                "symlink " + "t".repeat(4000) + " dir/n%d",
                "mkdir dir/n%d",
                "mknod dir/n%d fifo",
                "mknod dir/n%d file",
                "link base0 dir/n%d",
                "try dir/n%d WRONLY|CREAT")) {
            int made = 0;
            String answer = tell(act.formatted(made));
            while (answer.equals("OK") && made <= MOST_NAMES) {
                answer = tell(act.formatted(++made));
            }
            assertThat(answer).as(act).isEqualTo("EDQUOT");
            for (int i = 0; i < made; i++) {
                tell((act.startsWith("mkdir") ? "rmdir" : "unlink") + " dir/n" + i);
            }
            settles();
        }
    }

    @Test
    void aFileIsChargedForItsHoles() {
        assertThat(tell("try sparse WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("truncate sparse " + LIMIT)).isEqualTo("EDQUOT");
        assertThat(tell("open a sparse RDWR")).isEqualTo("OK");
        assertThat(tell("write a x " + LIMIT)).isEqualTo("EDQUOT");
        assertThat(tell("fallocate a 0 0 " + LIMIT)).isEqualTo("EDQUOT");
        assertThat(tell("fallocate a 1 0 4096")).isEqualTo("EOPNOTSUPP");
        assertThat(tell("fallocate a 17 0 4096")).isEqualTo("EOPNOTSUPP");
        assertThat(tell("stat sparse")).contains(" size=0 ");
    }

    @Test
    void attributesTakeNoMoreThanTheNameIsChargedWith() {
        assertThat(tell("try file WRONLY|CREAT")).isEqualTo("OK");
        String value = "v".repeat(1000);
        int set = 0;
        while (set < 100 && tell("setxattr file user.n" + set + " " + value).equals("OK")) {
            set++;
        }
        assertThat(set).isBetween(1, 4);
        assertThat(tell("setxattr file user.more " + value)).isEqualTo("ENOSPC");
        assertThat(tell("setxattr file user.n0 w")).isEqualTo("OK");
        assertThat(tell("setxattr file user.more small")).isEqualTo("OK");
    }

    @Test
    void aFileThatIsRemovedCountsForAsLongAsItIsHeld() {
        assertThat(tell("open a first RDWR|CREAT")).isEqualTo("OK");
        assertThat(tell("fill a 700000")).isEqualTo("OK");
        assertThat(tell("unlink first")).isEqualTo("OK");
        assertThat(tell("open b second RDWR|CREAT")).isEqualTo("OK");
        assertThat(tell("fill b 700000")).isEqualTo("EDQUOT");
        assertThat(tell("open c . RDWR|TMPFILE")).isEqualTo("OK");
        assertThat(tell("fill c 700000")).isEqualTo("EDQUOT");
        tell("close a");
        tell("close c");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> tell("truncate second 900000").equals("OK"));
    }

    /** What the server happens to have open must not keep what is gone. */
    @Test
    void aRemovedFileIsNotHeldByTheServer() throws IOException {
        assertThat(tell("try file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("truncate file 900000")).isEqualTo("OK");
        assertThat(tell("open a file RDWR")).isEqualTo("OK");
        assertThat(tell("open p file PATH")).isEqualTo("OK");
        assertThat(tell("unlink file")).isEqualTo("OK");
        tell("close a");
        await().atMost(Duration.ofMinutes(1)).until(() -> heldThoughRemoved() == 0);
        assertThat(tell("try file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("open p file PATH")).isEqualTo("OK");
        assertThat(tell("unlink file")).isEqualTo("OK");
        assertThat(heldThoughRemoved()).isZero();
    }

    private long heldThoughRemoved() throws IOException {
        String upper = tree.upper.toString();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> target(fd).startsWith(upper) && target(fd).endsWith(" (deleted)"))
                    .count();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void atTheLimitThingsCanStillBeRemoved() {
        assertThat(tell("open a file RDWR|CREAT")).isEqualTo("OK");
        assertThat(tell("fill a " + (LIMIT - 4096))).isEqualTo("OK");
        assertThat(tell("write a x")).isEqualTo("EDQUOT");
        assertThat(tell("unlink base0")).isEqualTo("OK");
        assertThat(tell("unlink link0")).isEqualTo("OK");
        assertThat(tell("stat base0")).isEqualTo("ENOENT");
        assertThat(tell("unlink file")).isEqualTo("OK");
        tell("close a");
        settles();
    }

    @Test
    void aFileThatDoesNotFitIsLeftAsItWas() {
        assertThat(tell("put large x")).isEqualTo("EDQUOT");
        assertThat(tell("chmod large 600")).isEqualTo("EDQUOT");
        assertThat(tell("stat large")).contains(" 0644 ", " size=" + (LIMIT + 1) + " ");
        assertThat(tree.upper).isEmptyDirectory();
        assertThat(tell("try large WRONLY|TRUNC")).isEqualTo("OK");
        assertThat(tell("stat large")).contains(" size=0 ");
        settles();
    }

    @Test
    void theProgramIsToldTheLimitAsTheSizeOfTheDisk() {
        assertThat(tell("statfs .")).contains("blocks=" + MOST_NAMES + " ", "free=" + MOST_NAMES + " ");
        assertThat(tell("mkdir made")).isEqualTo("OK");
        assertThat(tell("statfs .")).contains("free=" + (MOST_NAMES - 1) + " ");
    }
}
