package io.agentfense.secret.watch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watched directory says of its files after whatever was done to them. */
class WatchedTreeTest {
    /** In two parts, so that nobody finds one here. */
    private static final String SECRET = "key = \"" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e\"\n";

    private static final String PLAIN = "key = read(file)\n";
    private static final long LARGEST = 2_000_000;

    @TempDir
    Path directory;

    @TempDir
    Path elsewhere;

    private final AtomicInteger told = new AtomicInteger();
    private SecretWatches watches;
    private WatchedTree tree;

    @BeforeEach
    void open() throws Exception {
        watches = new SecretWatches(Scanner.standard(), LARGEST);
        tree = watches.tree(directory.toString(), told::incrementAndGet);
    }

    @AfterEach
    void close() {
        tree.close();
        watches.close();
    }

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private List<String> secrets() {
        tree.settle();
        return tree.secrets().stream().map(SecretFile::name).toList();
    }

    @Test
    void allFilesAreJudgedWhateverIgnoreFilesSay() throws Exception {
        write(".gitignore", "*\n");
        write("a/b/key", SECRET);
        write(".git/config", SECRET);
        write("plain", PLAIN);
        Files.createSymbolicLink(directory.resolve("link"), Files.writeString(elsewhere.resolve("x"), SECRET));
        tree.resume();
        assertThat(secrets()).containsExactly(".git/config", "a/b/key");
        assertThat(tree.secrets().getFirst().rule()).isEqualTo("stripe-key");
        assertThat(tree.secrets().getFirst().line()).isEqualTo(1);
    }

    @Test
    void whatIsDoneToFilesIsSeen() throws Exception {
        write("a", PLAIN);
        write("b", SECRET);
        tree.resume();
        write("a", SECRET);
        assertThat(secrets()).containsExactly("a", "b");
        write("b", PLAIN);
        assertThat(secrets()).containsExactly("a");
        Files.move(directory.resolve("a"), directory.resolve("c"));
        assertThat(secrets()).containsExactly("c");
        Files.createLink(directory.resolve("d"), directory.resolve("c"));
        assertThat(secrets()).containsExactly("c", "d");
        Files.delete(directory.resolve("c"));
        assertThat(secrets()).containsExactly("d");
        Files.move(Files.writeString(elsewhere.resolve("e"), SECRET), directory.resolve("e"));
        assertThat(secrets()).containsExactly("d", "e");
    }

    @Test
    void whatIsDoneToDirectoriesIsSeen() throws Exception {
        tree.resume();
        write("new/deep/key", SECRET);
        assertThat(secrets()).containsExactly("new/deep/key");
        Files.move(directory.resolve("new"), directory.resolve("moved"));
        assertThat(secrets()).containsExactly("moved/deep/key");
        write("moved/deep/other", SECRET);
        assertThat(secrets()).containsExactly("moved/deep/key", "moved/deep/other");
        Files.move(directory.resolve("moved"), elsewhere.resolve("gone"));
        assertThat(secrets()).isEmpty();
        Files.writeString(elsewhere.resolve("gone/deep/third"), SECRET);
        assertThat(secrets()).isEmpty();
        Files.move(elsewhere.resolve("gone"), directory.resolve("new"));
        assertThat(secrets()).containsExactly("new/deep/key", "new/deep/other", "new/deep/third");
    }

    /** Nobody calls settle here: the watch comes to it by itself. */
    @Test
    void aChangeIsToldWithoutBeingAskedFor() throws Exception {
        tree.resume();
        write("key", SECRET);
        while (tree.secrets().isEmpty()) {
            Thread.sleep(5);
        }
        assertThat(told).hasPositiveValue();
    }

    /** A state that looks the same is no reason to believe that the content is: only root can set the time of change. */
    @Test
    void contentThatIsReplacedWithinOneTickOfTheClockIsReadAgain() throws Exception {
        tree.resume();
        for (int i = 0; i < 200; i++) {
            write("a", SECRET);
            assertThat(secrets()).containsExactly("a");
            write("a", " ".repeat(SECRET.length()));
            assertThat(secrets()).isEmpty();
        }
    }

    @Test
    void aTimeThatWasSetBackHidesNoChange() throws Exception {
        Path file = write("a", " ".repeat(SECRET.length()));
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(file, time);
        tree.resume();
        tree.pause();
        write("a", SECRET);
        Files.setLastModifiedTime(file, time);
        tree.resume();
        assertThat(secrets()).containsExactly("a");
    }

    @Test
    void whatIsWrittenThroughAMappingIsSeenOnceTheFileIsClosed() throws Exception {
        Path file = write("a", " ".repeat(SECRET.length()));
        tree.resume();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (Arena arena = Arena.ofConfined()) {
                channel.map(FileChannel.MapMode.READ_WRITE, 0, SECRET.length(), arena)
                        .copyFrom(MemorySegment.ofArray(SECRET.getBytes(ISO_8859_1)));
            }
        }
        assertThat(secrets()).containsExactly("a");
    }

    @Test
    void whatChangedWhileItRestedIsFoundAndTheRestIsNotReadAgain() throws Exception {
        Path kept = write("kept", SECRET);
        write("changed", PLAIN);
        tree.resume();
        tree.pause();
        write("changed", SECRET);
        write("new", SECRET);
        Files.delete(kept);
        assertThat(secrets()).containsExactly("kept");
        tree.resume();
        assertThat(secrets()).containsExactly("changed", "new");
    }

    @Test
    void lostEventsAreMadeUpFor() throws Exception {
        write("a", SECRET);
        tree.resume();
        tree.lose();
        assertThat(secrets()).containsExactly("a");
        tree.pause();
        write("b", SECRET);
        tree.resume();
        tree.lose();
        write("d/c", SECRET);
        assertThat(secrets()).containsExactly("a", "b", "d/c");
        write("d/e", SECRET);
        assertThat(secrets()).containsExactly("a", "b", "d/c", "d/e");
    }

    @Test
    void whatCanNotBeScannedCountsAsASecret() throws Exception {
        write("costly", "glrt-".repeat(200_000));
        write("large", "x".repeat((int) LARGEST + 1));
        tree.resume();
        assertThat(tree.secrets()).extracting(SecretFile::rule).containsExactly(Finding.UNSCANNED, Finding.UNSCANNED);
    }

    /** Programs get there step by step, so a file that is too deep to be named at once is no safer. */
    @Test
    void whatIsTooDeepToBeReadCountsAsASecret() throws Exception {
        String name = "d".repeat(250);
        Process made = new ProcessBuilder(
                        "sh",
                        "-c",
                        "for i in $(seq 20); do mkdir " + name + " && cd -P " + name + " || exit 1; done; echo x > key")
                .directory(directory.toFile())
                .start();
        assertThat(made.waitFor()).isZero();
        tree.resume();
        assertThat(tree.secrets()).singleElement().satisfies(file -> {
            assertThat(file.rule()).isEqualTo(Finding.UNSCANNED);
            assertThat(file.name()).startsWith(name + "/" + name);
        });
        // JUnit can't name it either.
        assertThat(new ProcessBuilder("rm", "-r", directory.resolve(name).toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void namesAreBytes() throws Exception {
        write("new\nline", SECRET);
        write("*[?", SECRET);
        new ProcessBuilder("sh", "-c", "cp '*[?' $(printf 'a\\377')")
                .directory(directory.toFile())
                .start()
                .waitFor();
        tree.resume();
        assertThat(secrets()).containsExactly("*[?", "a\u00ff", "new\nline");
    }

    @Test
    void twoTreesOverOneDirectoryBothHear() throws Exception {
        Files.createDirectories(directory.resolve("inner"));
        try (WatchedTree inner = watches.tree(directory.resolve("inner").toString(), () -> {})) {
            tree.resume();
            inner.resume();
            write("inner/key", SECRET);
            assertThat(secrets()).containsExactly("inner/key");
            inner.settle();
            assertThat(inner.secrets()).extracting(SecretFile::name).containsExactly("key");
            inner.pause();
            write("inner/other", SECRET);
            assertThat(secrets()).containsExactly("inner/key", "inner/other");
        }
    }
}
