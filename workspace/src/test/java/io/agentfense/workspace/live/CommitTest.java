package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.delta.apply.Landed;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit while programs have things open: the codebase has what they made, and they see no difference. */
class CommitTest {
    @TempDir
    private Path directory;

    private LiveScene scene;
    private Mounted inside;

    @BeforeEach
    void mount() throws Exception {
        scene = new LiveScene(directory);
        Files.createDirectories(scene.base.resolve("d/e"));
        Files.writeString(scene.base.resolve("d/old"), "old");
        Files.writeString(scene.base.resolve("d/e/gone"), "gone");
        Files.writeString(scene.base.resolve("kept"), "kept");
        inside = scene.mount();
    }

    @AfterEach
    void unmount() {
        scene.close();
    }

    @Test
    void whatLandedLeavesTheDelta() throws Exception {
        inside.write("d/old", "new");
        inside.write("n/m/file", "made");
        Files.delete(inside.path("d/e/gone"));
        Files.delete(inside.path("d/e"));
        Files.createSymbolicLink(inside.path("link"), Path.of("kept"));
        var before = LiveScene.picture(inside.root());

        Landed landed = inside.commit();

        assertThat(landed.result().applied()).hasSize(7);
        assertThat(LiveScene.picture(scene.base)).isEqualTo(before);
        assertThat(LiveScene.picture(inside.root())).isEqualTo(before);
        scene.settle(inside);
        assertThat(inside.commit()).isEqualTo(Landed.NOTHING);
    }

    @Test
    void numbersAndTimesStay() throws Exception {
        inside.write("n/file", "made");
        inside.write("d/old", "new");
        List<String> paths = List.of("n", "n/file", "d", "d/old");
        Map<String, Map<String, Object>> before = new TreeMap<>();
        for (String path : paths) {
            before.put(path, attributes(path));
        }

        inside.commit();

        for (String path : paths) {
            assertThat(attributes(path)).as(path).isEqualTo(before.get(path));
        }
    }

    /** Of a directory that was only copied up the kernel has an earlier time of change; nothing tells it to ask again. */
    private Map<String, Object> attributes(String path) throws Exception {
        String which =
                path.equals("d") ? "unix:ino,mode,size,lastModifiedTime" : "unix:ino,mode,size,lastModifiedTime,ctime";
        return new TreeMap<>(Files.readAttributes(inside.path(path), which));
    }

    @Test
    void aWriterGoesOnAndALaterCommitBringsTheRest() throws Exception {
        try (FileChannel channel = FileChannel.open(
                inside.path("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            channel.write(bytes("one"));
            inside.commit();
            assertThat(scene.base.resolve("log")).hasContent("one");
            channel.write(bytes("two"));
            assertThat(inside.read("log")).isEqualTo("onetwo");
            inside.commit();
            assertThat(scene.base.resolve("log")).hasContent("onetwo");
            channel.write(bytes("three"));
        }
        inside.commit();
        assertThat(scene.base.resolve("log")).hasContent("onetwothree");
        scene.settle(inside);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void aMappingGoesOn() throws Exception {
        inside.write("mapped", "0123456789");
        try (FileChannel channel =
                FileChannel.open(inside.path("mapped"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, 10);
            inside.commit();
            mapping.put(0, (byte) 'M');
            mapping.force();
            assertThat(inside.read("mapped")).isEqualTo("M123456789");
        }
        System.gc();
        inside.write("other", "x");
        inside.commit();
        assertThat(scene.base.resolve("mapped")).hasContent("M123456789");
    }

    @Test
    void aReaderAndAWorkingDirectoryStay() throws Exception {
        inside.write("n/file", "made");
        // A reader that comes before the kernel has told of the writer's end goes the writer's way, and holds the file
        // up.
        Thread.sleep(200);
        try (FileChannel channel = FileChannel.open(inside.path("n/file"), StandardOpenOption.READ);
                Shell shell = Shell.in(inside.path("n"))) {
            inside.commit();
            scene.settle(inside);
            ByteBuffer buffer = ByteBuffer.allocate(4);
            channel.read(buffer, 0);
            assertThat(new String(buffer.array(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("made");
            assertThat(shell.run("cat file; echo; echo more > second; ls")).containsExactly("made", "file", "second");
        }
        inside.commit();
        assertThat(scene.base.resolve("n/second")).hasContent("more");
    }

    @Test
    void aFileThatWasRemovedWhileOpenGoesOn() throws Exception {
        try (FileChannel channel = FileChannel.open(
                inside.path("gone"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ)) {
            channel.write(bytes("before"));
            Files.delete(inside.path("gone"));
            inside.write("other", "x");
            inside.commit();
            channel.write(bytes("after"));
            ByteBuffer buffer = ByteBuffer.allocate(11);
            channel.read(buffer, 0);
            assertThat(new String(buffer.array(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("beforeafter");
        }
        assertThat(scene.base.resolve("gone")).doesNotExist();
    }

    @Test
    void theBaseShowsThroughAfterwards() throws Exception {
        inside.write("d/old", "mine");
        inside.commit();
        Files.writeString(scene.base.resolve("d/old"), "theirs, later");
        inside.live().noticeBaseChanges();
        assertThat(inside.read("d/old")).isEqualTo("theirs, later");
        inside.write("other", "x");
        inside.commit();
        assertThat(scene.base.resolve("d/old")).hasContent("theirs, later");
    }

    @Test
    void whatWasInUseAtACommitCoversNothingOnceItIsNot() throws Exception {
        try (FileChannel writer = FileChannel.open(inside.path("d/old"), StandardOpenOption.WRITE)) {
            writer.write(bytes("mine"));
            inside.commit();
        }
        assertThat(scene.base.resolve("d/old")).hasContent("mine");
        Files.writeString(scene.base.resolve("d/old"), "theirs, later");
        await().untilAsserted(() -> {
            inside.live().noticeBaseChanges();
            assertThat(inside.read("d/old")).isEqualTo("theirs, later");
        });
        inside.commit();
        assertThat(scene.base.resolve("d/old")).hasContent("theirs, later");
    }

    @Test
    void whatIsWrittenAfterACommitStaysUntilTheNext() throws Exception {
        try (FileChannel writer = FileChannel.open(inside.path("d/old"), StandardOpenOption.WRITE)) {
            writer.write(bytes("mine"));
            inside.commit();
            writer.write(bytes(", and more"));
        }
        inside.live().noticeBaseChanges();
        assertThat(scene.base.resolve("d/old")).hasContent("mine");
        assertThat(inside.read("d/old")).isEqualTo("mine, and more");
        inside.commit();
        assertThat(scene.base.resolve("d/old")).hasContent("mine, and more");
    }

    @Test
    void aConflictIsRefusedAndThenOverridden() throws Exception {
        inside.write("d/old", "mine");
        Files.writeString(scene.base.resolve("d/old"), "theirs");
        assertThatThrownBy(inside::commit).isInstanceOf(ConflictException.class);
        assertThat(scene.base.resolve("d/old")).hasContent("theirs");
        assertThat(inside.read("d/old")).isEqualTo("mine");
        assertThatThrownBy(inside::commit).isInstanceOf(ConflictException.class);

        Landed landed = inside.force();

        assertThat(landed.overridden())
                .extracting(conflict -> conflict.path().toString())
                .containsExactly("d/old");
        assertThat(scene.base.resolve("d/old")).hasContent("mine");
        assertThat(inside.read("d/old")).isEqualTo("mine");
    }

    @Test
    void aPartLandsAndTheRestStays() throws Exception {
        inside.write("d/old", "one");
        inside.write("n/file", "two");
        inside.live().commit(new ApplyOptions(List.of(io.agentfense.workspace.delta.BytePath.of("n")), false, false));
        assertThat(scene.base.resolve("d/old")).hasContent("old");
        assertThat(scene.base.resolve("n/file")).hasContent("two");
        assertThat(inside.read("d/old")).isEqualTo("one");
        inside.commit();
        assertThat(scene.base.resolve("d/old")).hasContent("one");
    }

    @Test
    void hardLinksStayLinked() throws Exception {
        inside.write("a", "one");
        Files.createLink(inside.path("b"), inside.path("a"));
        inside.commit();
        Files.writeString(inside.path("a"), "two", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(inside.read("b")).isEqualTo("two");
        inside.commit();
        assertThat(scene.base.resolve("b")).hasContent("two");
        assertThat(Files.getAttribute(inside.path("a"), "unix:nlink")).isEqualTo(2);
    }

    @Test
    void anOpaqueDirectoryLands() throws Exception {
        Files.delete(inside.path("d/e/gone"));
        Files.delete(inside.path("d/e"));
        Files.delete(inside.path("d/old"));
        Files.delete(inside.path("d"));
        inside.write("d/new/deep", "x");
        inside.commit();
        assertThat(LiveScene.picture(scene.base)).isEqualTo(LiveScene.picture(inside.root()));
        scene.settle(inside);
        Files.writeString(scene.base.resolve("d/new/theirs"), "y");
        inside.live().noticeBaseChanges();
        assertThat(inside.read("d/new/theirs")).isEqualTo("y");
    }

    @Test
    void aReplacedFileOfOursThatSomebodyElseReplacedAgainIsTheirs() throws Exception {
        Mounted other = scene.mount();
        inside.write("d/old", "A1");
        assertThat(inside.commit().result().applied()).hasSize(1);
        other.live().noticeBaseChanges();
        assertThat(other.read("d/old")).isEqualTo("A1");
        other.write("d/old", "B2");
        other.commit();
        inside.live().noticeBaseChanges();
        assertThat(inside.read("d/old")).isEqualTo("B2");
        inside.write("unrelated", "x");
        inside.commit();
        assertThat(scene.base.resolve("d/old")).hasContent("B2");
        Path upload = directory.resolve("upload");
        Files.writeString(upload, "C3");
        Files.move(upload, scene.base.resolve("d/old"), StandardCopyOption.REPLACE_EXISTING);
        inside.live().noticeBaseChanges();
        other.live().noticeBaseChanges();
        assertThat(inside.read("d/old")).isEqualTo("C3");
        assertThat(other.read("d/old")).isEqualTo("C3");
    }

    @Test
    void aStaleCopyNeverOverwritesWhatIsNewer() throws Exception {
        Mounted other = scene.mount();
        // Opened for writing and not written: a copy lies in the delta.
        FileChannel.open(inside.path("d/old"), StandardOpenOption.WRITE).close();
        other.write("d/old", "newer");
        other.commit();
        inside.write("unrelated", "x");
        assertThat(inside.commit().overridden()).isEmpty();
        assertThat(scene.base.resolve("d/old")).hasContent("newer");
        assertThat(inside.read("d/old")).isEqualTo("newer");
    }
}
