package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Class D, data: no flag, size, mapping, copy or lock gives more than the rules, and one file is one file to all. */
class DataTest extends AttackTest {
    private static final List<String> WRITING = List.of(
            "WRONLY",
            "RDWR",
            "ACCMODE",
            "RDONLY|TRUNC",
            "WRONLY|TRUNC",
            "RDWR|TRUNC",
            "WRONLY|APPEND",
            "RDWR|APPEND",
            "WRONLY|CREAT",
            "RDWR|CREAT",
            "WRONLY|DIRECT",
            "WRONLY|NONBLOCK",
            "RDWR|SYNC");

    @Test
    void everyFlagThatMeansAWriteIsRefused() {
        for (String flags : WRITING) {
            for (String file : List.of("r/file", "v/file", "vault/public", "deep/er/file")) {
                String answer = tell("open a " + file + " " + flags);
                // Where the kernel opens by itself, the first write is what is refused.
                if (answer.equals("OK")) {
                    assertThat(setting.silent() && !file.startsWith("v/")).isTrue();
                    answer = tell("write a X 0");
                    answer = answer.equals("EBADF") ? "EACCES" : answer;
                    tell("close a");
                }
                assertThat(answer).as(flags + " of " + file).isEqualTo("EACCES");
            }
        }
        assertThat(tell("cat r/file")).isEqualTo("OK content\\x20of\\x20r");
        assertThat(tell("try r/file RDONLY|CREAT|EXCL")).isEqualTo("EEXIST");
        assertThat(tell("try r RDWR|TMPFILE")).isEqualTo("EACCES");
        assertThat(tell("try v RDWR|TMPFILE")).isEqualTo("EACCES");
    }

    @Test
    void readingCopiesNothing() throws IOException {
        for (String file : List.of("w/file", "w/dir/inner", "r/file")) {
            assertThat(tell("try " + file + " RDONLY")).isEqualTo("OK");
            assertThat(tell("cat " + file)).startsWith("OK content");
            assertThat(tell("try " + file + " RDONLY|CREAT")).isEqualTo("OK");
        }
        tell("try r/file RDWR");
        tell("chmod r/file 777");
        tell("chown r/file 0 0");
        tell("utimens r/file now now");
        tell("truncate r/file 0");
        try (var all = Files.walk(tree.upper)) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void truncationNeedsWrite() {
        assertThat(tell("truncate r/file 0")).isEqualTo("EACCES");
        assertThat(tell("truncate v/file 0")).isEqualTo("EACCES");
        assertThat(tell("truncate w/hidden 0")).isEqualTo("ENOENT");
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        assertThat(tell("ftruncate a 0")).isEqualTo("EINVAL");
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        assertThat(tell("ftruncate a 3")).isEqualTo("OK");
        assertThat(tell("cat w/file")).isEqualTo("OK con");
        assertThat(tell("truncate w/file 5")).isEqualTo("OK");
        assertThat(tell("cat w/file")).isEqualTo("OK con\\x00\\x00");
        assertThat(tell("try w/file WRONLY|TRUNC")).isEqualTo("OK");
        assertThat(tell("stat w/file")).contains(" size=0 ");
    }

    @Test
    void allocationNeedsAWritableDescriptor() {
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        assertThat(tell("open b w/file RDWR")).isEqualTo("OK");
        for (int mode : List.of(0, 1, 3, 0x10, 0x8, 0x20)) {
            assertThat(tell("fallocate a " + mode + " 0 4096")).isEqualTo("EBADF");
            assertThat(tell("fallocate b " + mode + " 0 4096")).isIn("OK", "EOPNOTSUPP", "EINVAL");
        }
        assertThat(tell("fallocate b 0 0 100")).isEqualTo("OK");
        assertThat(tell("stat w/file")).containsPattern("size=(100|4096) ");
    }

    @Test
    void theServerCopiesBetweenFilesOnlyWhatMayBeRead() {
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        assertThat(tell("open b w/new RDWR|CREAT")).isEqualTo("OK");
        assertThat(tell("copy a b 7")).isIn("OK 7", "EXDEV");
        assertThat(tell("open s w/other RDWR")).isEqualTo("OK");
        assertThat(tell("copy s b 7")).isEqualTo("OK 7");
        assertThat(tell("open d v/file PATH")).isEqualTo("OK");
        for (String act : List.of("copy d b 6", "sendfile d b 6", "splice d 6")) {
            assertThat(tell(act)).isEqualTo("EBADF");
        }
        assertThat(tell("clone d b")).isIn("EBADF", "EOPNOTSUPP", "EXDEV", "ENOTTY");
        assertThat(tell("open e r/other RDONLY")).isEqualTo("OK");
        assertThat(tell("copy s e 7")).isEqualTo("EBADF");
        assertThat(tell("sendfile s e 7")).isEqualTo("EBADF");
    }

    @Test
    void aMappingOfAReadOnlyDescriptorCannotBeWritten() {
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        assertThat(tell("map m a rw shared")).isEqualTo("EACCES");
        assertThat(tell("map m a r shared")).isEqualTo("OK");
        assertThat(tell("protect m")).isEqualTo("EACCES");
        assertThat(tell("map p a rw private")).isEqualTo("OK");
        assertThat(tell("poke p XXXX")).isEqualTo("OK");
        assertThat(tell("cat r/file")).isEqualTo("OK content\\x20of\\x20r");
        assertThat(tell("peek m 7")).isEqualTo("OK content");
    }

    /** Where the kernel opens by itself, a mapping cannot be refused; what is stored through it must not stay. */
    @Test
    void aSharedMappingChangesNothingThatMayOnlyBeRead() throws IOException {
        if (tell("open a r/file RDWR").equals("OK") && tell("map m a rw shared").equals("OK")) {
            tell("poke m XXXX");
            assertThat(tell("msync m")).isNotEqualTo("OK");
            tell("unmap m");
            await().atMost(Duration.ofMinutes(1)).until(() -> tell("cat r/file").equals("OK content\\x20of\\x20r"));
        }
    }

    @Test
    void mappingsAndDescriptorsShowTheSameBytes() {
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        assertThat(tell("open b w/file RDWR")).isEqualTo("OK");
        assertThat(tell("map m a rw shared")).isEqualTo("OK");
        assertThat(tell("write b WRITE 0")).isEqualTo("OK 5");
        assertThat(tell("peek m 5")).isEqualTo("OK WRITE");
        assertThat(tell("poke m MAPPED")).isEqualTo("OK");
        assertThat(tell("read b 6 0")).isEqualTo("OK MAPPED");
        try (Probe other = tree.another()) {
            assertThat(other.tell("cat w/file")).startsWith("OK MAPPED");
            assertThat(other.tell("put w/file OTHERS")).isEqualTo("OK");
        }
        assertThat(tell("peek m 6")).isEqualTo("OK OTHERS");
        assertThat(tell("msync m")).isEqualTo("OK");
    }

    /** A mapping that was made before the first write must show that write: copying up must not part them. */
    @Test
    void aReaderFromBeforeTheFirstWriteSeesIt() {
        assertThat(tell("open a w/file RDONLY")).isEqualTo("OK");
        assertThat(tell("map m a r shared")).isEqualTo("OK");
        assertThat(tell("peek m 7")).isEqualTo("OK content");
        assertThat(tell("put w/file CHANGED")).isEqualTo("OK");
        assertThat(tell("read a 7 0")).isEqualTo("OK CHANGED");
        assertThat(tell("peek m 7")).isEqualTo("OK CHANGED");
    }

    @Test
    void appendedBytesOfAllArrive() throws IOException {
        assertThat(tell("open a w/log WRONLY|CREAT|APPEND")).isEqualTo("OK");
        assertThat(tell("open b w/log WRONLY|APPEND")).isEqualTo("OK");
        try (Probe other = tree.another()) {
            assertThat(other.tell("open c w/log WRONLY|APPEND")).isEqualTo("OK");
            for (int i = 0; i < 5; i++) {
                assertThat(tell("write a a" + i)).isEqualTo("OK 2");
                assertThat(tell("write b b" + i)).isEqualTo("OK 2");
                assertThat(other.tell("write c c" + i)).isEqualTo("OK 2");
            }
            assertThat(other.tell("stat w/log")).contains(" size=30 ");
        }
        assertThat(tell("cat w/log")).isEqualTo("OK a0b0c0a1b1c1a2b2c2a3b3c3a4b4c4");
    }

    @Test
    void locksHoldAgainstOtherPrograms() {
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        try (Probe other = tree.another()) {
            assertThat(other.tell("open a w/file RDWR")).isEqualTo("OK");
            assertThat(tell("lock a write 0 10")).isEqualTo("OK");
            assertThat(other.tell("lock a write 5 10")).isEqualTo("EAGAIN");
            assertThat(other.tell("lock a write 10 10")).isEqualTo("OK");
            assertThat(tell("lock a none 0 10")).isEqualTo("OK");
            assertThat(other.tell("lock a read 0 10")).isEqualTo("OK");
            assertThat(tell("flock a exclusive")).isEqualTo("OK");
            assertThat(other.tell("flock a shared")).isEqualTo("EAGAIN");
            assertThat(tell("flock a none")).isEqualTo("OK");
            assertThat(other.tell("flock a exclusive")).isEqualTo("OK");
        }
    }

    @Test
    void syncingWorks() {
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        assertThat(tell("write a synced 0")).isEqualTo("OK 6");
        assertThat(tell("open d w RDONLY|DIRECTORY")).isEqualTo("OK");
        assertThat(tell("open r r/file RDONLY")).isEqualTo("OK");
        for (String letter : List.of("a", "d", "r")) {
            assertThat(tell("sync file " + letter)).isEqualTo("OK");
            assertThat(tell("sync data " + letter)).isEqualTo("OK");
            assertThat(tell("sync all " + letter)).isEqualTo("OK");
        }
    }

    @Test
    void anUnlinkedFileIsStillItsOwn() {
        for (String file : List.of("w/file", "w/made")) {
            tell("try w/made WRONLY|CREAT");
            assertThat(tell("open a " + file + " RDWR")).isEqualTo("OK");
            assertThat(tell("write a OLDFILE 0")).isEqualTo("OK 7");
            assertThat(tell("unlink " + file)).isEqualTo("OK");
            assertThat(tell("open b " + file + " RDWR|CREAT")).isEqualTo("OK");
            assertThat(tell("write b NEW 0")).isEqualTo("OK 3");
            assertThat(tell("read a 7 0")).isEqualTo("OK OLDFILE");
            assertThat(tell("ftruncate a 3")).isEqualTo("OK");
            assertThat(tell("stat a:")).contains(" links=0 size=3 ");
            assertThat(tell("cat " + file)).isEqualTo("OK NEW");
            assertThat(tell("chmod a: 600")).isEqualTo("OK");
            assertThat(tell("stat " + file)).contains(" 0644 links=1 ");
        }
    }

    @Test
    void aReplacedFileIsStillItsOwnToWhoHasItOpen() {
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        assertThat(tell("rename w/other w/file")).isEqualTo("OK");
        assertThat(tell("write a X 0")).isEqualTo("OK 1");
        assertThat(tell("read a 7 0")).isEqualTo("OK Xontent");
        assertThat(tell("cat w/file")).startsWith("OK content");
        assertThat(tell("stat a:")).contains(" links=0 ");
    }

    @Test
    void aHeldDirectoryWritesUnderItsNewName() {
        assertThat(tell("mkdir w/made")).isEqualTo("OK");
        assertThat(tell("open d w/made PATH|DIRECTORY")).isEqualTo("OK");
        assertThat(tell("rename w/made w/dir/moved")).isEqualTo("OK");
        assertThat(tell("try d:file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("ls w/dir/moved")).isEqualTo("OK file");
        assertThat(tell("stat w/made")).isEqualTo("ENOENT");
    }

    @Test
    void aFileWithoutANameGetsOneOnlyWhereItMayBeWritten() {
        assertThat(tell("open a w RDWR|TMPFILE")).isEqualTo("OK");
        assertThat(tell("write a content")).isEqualTo("OK 7");
        for (String name : List.of("w/hidden", "w/hidden-absent", "w/sealed")) {
            assertThat(tell("prolink a " + name)).isEqualTo("EACCES");
        }
        assertThat(tell("prolink a r/new")).isEqualTo(across());
        assertThat(tell("prolink a w/file")).isEqualTo("EEXIST");
        assertThat(tell("prolink a w/named")).isEqualTo("OK");
        assertThat(tell("cat w/named")).isEqualTo("OK content");
        assertThat(tell("try w/sealed RDWR|TMPFILE")).isEqualTo("ENOENT");
        assertThat(tell("try w/hidden RDWR|TMPFILE")).isEqualTo("ENOENT");
        assertThat(tell("try vault RDWR|TMPFILE")).isEqualTo("EACCES");
    }
}
