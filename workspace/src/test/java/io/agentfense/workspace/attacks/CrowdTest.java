package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** I03 to I06: what is asked for without end uses up nothing that others need. The server is this process. */
@Timeout(600) // nothing is measured: this only ends what would hang for ever
class CrowdTest {
    private static final List<Rule> RULES =
            List.of(Rule.of("/**", Level.WRITE), Rule.of("**/hidden*", Level.NONE, 100));

    /** More than a workspace lets be open, and more than it keeps idle descriptors. */
    private static final int MANY = 10_000;

    private Guarded tree;

    @BeforeEach
    void mount() throws IOException {
        tree = mounted();
    }

    private static Guarded mounted() throws IOException {
        return Guarded.over(Setting.ROOT_DELTA, RULES, base -> {
            Treasury.file(base, "file", "content");
            Files.createDirectories(base.resolve("dir"));
            Files.createDirectories(base.resolve("giant"));
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private String tell(String operation) {
        return tree.tell(operation);
    }

    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoeverOpensWithoutEndIsToldToStop() {
        assertThat(tell("put file x")).isEqualTo("OK");
        long before = descriptors();
        assertThat(tell("hoard file " + MANY)).isEqualTo("OK 8192 EMFILE");
        assertThat(descriptors()).isLessThan(before + 100);
        // The ends of the opens arrive when the kernel likes.
        await().atMost(Duration.ofMinutes(1))
                .until(() -> tell("hoard file 8000").equals("OK 8000 none"));
    }

    @Test
    void filesThatAreClosedKeepNoDescriptor() {
        long before = descriptors();
        assertThat(tell("mkdir dir/made")).isEqualTo("OK");
        for (int i = 0; i < MANY / 2; i++) {
            assertThat(tell("open a dir RDWR|TMPFILE")).isEqualTo("OK");
            assertThat(tell("prolink a dir/made/n" + i)).isEqualTo("OK");
        }
        tell("close a");
        // Up to 4096 idle ones are kept for whoever comes back.
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 4500));
    }

    @Test
    void aGiantDirectoryIsListedWholeByManyAtOnce() throws Exception {
        int names = 60_000;
        Path giant = tree.base.resolve("giant");
        Shell.sh(giant, "seq -f n%.0f " + names + " | xargs touch");
        tree.remount();
        List<CompletableFuture<String>> listings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            listings.add(
                    CompletableFuture.supplyAsync(() -> tree.run(List.of("sh", "-c", "ls -U giant | sort -u | wc -l"))
                            .output()
                            .strip()));
        }
        assertThat(listings).allSatisfy(listing -> assertThat(listing.join()).isEqualTo(Integer.toString(names)));
        assertThat(tell("positions giant")).isEqualTo("OK 4095 entries, 0 wrong");
        assertThat(tell("count giant 4096")).isEqualTo("OK " + names + " " + names);
    }

    @Test
    void aDirectoryThatIsClearedWhileItIsListedEndsEmpty() {
        assertThat(tell("make dir 5000")).isEqualTo("OK");
        assertThat(tell("clear dir")).isEqualTo("OK 5000");
        assertThat(tell("count dir")).isEqualTo("OK 0 0");
    }

    @Test
    void aFloodOfRequestsLeavesOthersServed() throws IOException {
        try (Guarded neighbour = mounted();
                Probe flooder = tree.another()) {
            flooder.start("storm dir 1000000000");
            for (int i = 0; i < 200; i++) {
                assertThat(neighbour.tell("put file text" + i)).isEqualTo("OK");
                assertThat(neighbour.tell("stat absent" + i)).isEqualTo("ENOENT");
                assertThat(tell("put file text" + i)).isEqualTo("OK");
            }
        }
    }

    @Test
    void aProgramStoppedInTheMiddleOfARequestHoldsNobodyUp() {
        try (Probe stopped = tree.another()) {
            for (int i = 0; i < 20; i++) {
                if (i == 0) {
                    stopped.start("storm dir 1000000000");
                }
                stopped.signal("STOP");
                assertThat(tell("put file text" + i)).isEqualTo("OK");
                assertThat(tell("make dir 1")).isEqualTo("OK");
                assertThat(tell("unlink dir/f0")).isEqualTo("OK");
                assertThat(tell("count dir")).isEqualTo("OK 0 0");
                stopped.signal("CONT");
            }
        }
    }

    /** What the kernel has forgotten, the server forgets. */
    @Test
    void filesThatComeAndGoLeaveNothingInMemory() {
        long before = 0;
        for (int round = 0; round < 12; round++) {
            assertThat(tell("make dir 3000")).isEqualTo("OK");
            assertThat(tell("clear dir")).isEqualTo("OK 3000");
            if (round == 1) {
                before = heap();
            }
        }
        long limit = before + (3 << 20);
        // Forgets come when the kernel likes.
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(heap()).isLessThan(limit));
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
