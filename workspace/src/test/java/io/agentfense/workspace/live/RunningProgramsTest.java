package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that write without a pause while their workspace is committed again and again. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RunningProgramsTest {
    private static final int RECORD = 4096;

    /** Whether data passes by this process. */
    @Parameter
    boolean passes;

    @TempDir
    private Path directory;

    private LiveScene scene;

    private Mounted mounted() throws Exception {
        scene = new LiveScene(directory, LiveScene.EVERYTHING, this::options);
        return scene.mount();
    }

    private WorkspaceOptions options(WorkspaceOptions plain) {
        return plain.withPassthrough(passes);
    }

    @AfterEach
    void unmount() {
        scene.close();
    }

    /** A writer of records, each with its number and a checksum. */
    private static ByteBuffer record(int number) {
        byte[] bytes = new byte[RECORD];
        ByteBuffer record = ByteBuffer.wrap(bytes);
        record.putInt(8, number);
        for (int i = 12; i < RECORD; i++) {
            bytes[i] = (byte) (number * 31 + i);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 8, RECORD - 8);
        return record.putLong(0, crc.getValue());
    }

    private static int check(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int whole = all.length / RECORD;
        for (int i = 0; i < whole; i++) {
            assertThat(ByteBuffer.wrap(all, i * RECORD, RECORD))
                    .as(file + ", record " + i)
                    .isEqualTo(record(i));
        }
        return whole;
    }

    @Test
    void committedLogsHoldWholeRecordsAndNothingIsLost() throws Exception {
        Mounted inside = mounted();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int writers = 3;
        int records = 600;
        AtomicInteger commits = new AtomicInteger();
        List<Thread> threads = Stream.iterate(0, i -> i + 1)
                .limit(writers)
                .map(i -> Thread.ofPlatform()
                        .start(() -> write(inside.path("log" + i), records, i == 0, commits, failure)))
                .toList();
        while (threads.stream().anyMatch(Thread::isAlive)) {
            inside.commit();
            commits.incrementAndGet();
            for (int i = 0; i < writers; i++) {
                Path file = scene.base.resolve("log" + i);
                if (Files.exists(file)) {
                    check(file);
                }
            }
        }
        assertThat(failure.get()).isNull();
        inside.commit();
        for (int i = 0; i < writers; i++) {
            assertThat(check(scene.base.resolve("log" + i))).isEqualTo(records);
            assertThat(check(inside.path("log" + i))).isEqualTo(records);
        }
        scene.settle(inside);
    }

    /** Appends records, through one handle or one for each, the second half only after some commits. */
    private static void write(
            Path file, int records, boolean reopens, AtomicInteger commits, AtomicReference<Throwable> failure) {
        try {
            FileChannel channel = open(file);
            for (int i = 0; i < records; i++) {
                while (i == records / 2 && commits.get() < 4) {
                    Thread.onSpinWait();
                }
                assertThat(channel.write(record(i))).isEqualTo(RECORD);
                if (reopens) {
                    channel.close();
                    channel = open(file);
                }
            }
            channel.close();
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Test
    void filesThatComeAndGoMeanwhileAreAllThereAtTheEnd() throws Exception {
        Mounted inside = mounted();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread churn = Thread.ofPlatform().start(() -> churn(inside, failure));
        while (churn.isAlive()) {
            inside.commit();
        }
        assertThat(failure.get()).isNull();
        inside.commit();
        assertThat(LiveScene.picture(scene.base)).isEqualTo(LiveScene.picture(inside.root()));
        scene.settle(inside);
    }

    private static void churn(Mounted inside, AtomicReference<Throwable> failure) {
        try {
            for (int i = 0; i < 300; i++) {
                inside.write("dir" + i % 7 + "/file" + i % 31, "content " + i);
                assertThat(inside.read("dir" + i % 7 + "/file" + i % 31)).isEqualTo("content " + i);
                if (i % 5 == 0) {
                    Files.move(inside.path("dir" + i % 7 + "/file" + i % 31), inside.path("moved" + i));
                }
                if (i % 25 == 24) {
                    Files.delete(inside.path("moved" + (i - 24)));
                }
            }
        } catch (IOException | AssertionError e) {
            failure.set(e);
        }
    }

    @Test
    void sqliteInWalModeGoesOnOverManyCommits() throws Exception {
        Mounted inside = mounted();
        try (Shell shell = Shell.in(inside.root())) {
            shell.run("sqlite3 db 'pragma journal_mode=wal; create table t(i integer primary key, s text);' 2>&1");
            Process writer = new ProcessBuilder(
                            "sh",
                            "-c",
                            "(echo 'pragma busy_timeout=10000;'; for i in $(seq 400); do"
                                    + " echo \"insert into t values($i, hex(randomblob(500)));\"; done) | sqlite3 db")
                    .directory(inside.root().toFile())
                    .inheritIO()
                    .start();
            int commits = 0;
            while (writer.isAlive()) {
                inside.commit();
                commits++;
            }
            assertThat(writer.waitFor()).isZero();
            assertThat(commits).isPositive();
            assertThat(shell.run("sqlite3 db 'pragma integrity_check; select count(*) from t;'"))
                    .containsExactly("ok", "400");
        }
        inside.commit();
        try (Shell shell = Shell.in(scene.base)) {
            assertThat(shell.run("sqlite3 db 'pragma integrity_check; select count(*) from t;'"))
                    .containsExactly("ok", "400");
        }
    }

    @Test
    void gitWorksWithACommitAfterEachCommand() throws Exception {
        Mounted inside = mounted();
        try (Shell shell = Shell.in(inside.root())) {
            String git = "git -c user.name=a -c user.email=a@example.org";
            for (String command : List.of(
                    "git init -q .",
                    "mkdir src; for i in $(seq 20); do echo $i > src/$i; done",
                    git + " add -A",
                    git + " commit -qm one",
                    "for i in $(seq 20); do echo more >> src/$i; done; rm src/3; git mv src/4 src/four",
                    git + " add -A; " + git + " commit -qm two",
                    "git checkout -q -b branch HEAD~1; echo x > src/branch",
                    git + " add -A; " + git + " commit -qm three",
                    "git gc -q",
                    "git checkout -q master 2>/dev/null || git checkout -q main",
                    git + " merge -q -m merged branch")) {
                assertThat(shell.run(command)).as(command).isEmpty();
                List<String> status = shell.run("git status --porcelain 2>&1");
                inside.commit();
                assertThat(shell.run("git status --porcelain 2>&1")).as(command).isEqualTo(status);
            }
            assertThat(shell.run("git fsck --strict 2>&1 | grep -v dangling; git status --porcelain; ls src | wc -l"))
                    .containsExactly("20");
        }
        inside.commit();
        try (Shell shell = Shell.in(scene.base)) {
            assertThat(shell.run("git fsck --strict 2>&1 | grep -v dangling; git status --porcelain; git log --oneline"
                            + " | wc -l"))
                    .containsExactly("4");
        }
        assertThat(LiveScene.picture(scene.base.resolve("src"))).isEqualTo(LiveScene.picture(inside.path("src")));
    }

    @Test
    void nothingGrowsOverAThousandCommits() throws Exception {
        Mounted inside = mounted();
        long descriptors = 0;
        for (int i = 0; i < 1000; i++) {
            inside.write("a/b/file" + i % 10, "content " + i);
            if (i % 3 == 0) {
                Files.deleteIfExists(inside.path("a/b/file" + (i + 5) % 10));
            }
            inside.commit();
            if (i == 100) {
                descriptors = descriptors();
            }
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 20);
        scene.settle(inside);
        Path delta = directory.resolve("state/deltas").resolve(inside.live().id());
        try (Stream<Path> files = Files.walk(delta)) {
            assertThat(files.filter(Files::isRegularFile)
                            .mapToLong(RunningProgramsTest::size)
                            .sum())
                    .isLessThan(10_000);
        }
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void whatIsBeingPutTogetherForACommitIsShownToNobody() throws Exception {
        scene = new LiveScene(
                directory, List.of(Rule.of("**/*", Level.WRITE), Rule.of("**/secret*", Level.NONE, 10)), this::options);
        Mounted inside = scene.mount();
        Path staging = Files.createDirectory(scene.base.resolve(".agentfense-bababa00-x1"));
        Files.setPosixFilePermissions(staging, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Files.writeString(staging.resolve("0"), "a secret");
        inside.live().noticeBaseChanges();

        assertThat(LiveScene.picture(inside.root())).isEmpty();
        assertThat(inside.path(".agentfense-bababa00-x1/0")).doesNotExist();
    }
}
