package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots, forks, going back and throwing away while programs run. */
@ParameterizedClass
@EnumSource
class SnapshotTest {
    /** How the workspace is mounted: with data passing by the process, without, or in several parts. */
    enum Kind {
        PASSING,
        ASKING,
        PARTS
    }

    @Parameter
    Kind kind;

    @TempDir
    private Path directory;

    private LiveScene scene;
    private Mounted inside;

    @BeforeEach
    void mount() throws Exception {
        List<Rule> rules = kind == Kind.PARTS
                ? List.of(Rule.of("**/*", Level.READ), Rule.of("/d/**", Level.WRITE, 10))
                : LiveScene.EVERYTHING;
        scene = new LiveScene(directory, rules, this::options);
        Files.createDirectories(scene.base.resolve("d/e"));
        Files.writeString(scene.base.resolve("d/old"), "old");
        Files.writeString(scene.base.resolve("d/e/file"), "x");
        inside = scene.mount();
    }

    private WorkspaceOptions options(WorkspaceOptions plain) {
        return kind == Kind.ASKING ? plain.withDeltaLimit(1 << 20) : plain;
    }

    @AfterEach
    void unmount() {
        scene.close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatCameAfterASnapshotIsGoneAfterGoingBack() throws Exception {
        inside.write("d/new", "one");
        Files.delete(inside.path("d/e/file"));
        SortedMap<String, String> before = LiveScene.picture(inside.root());
        Snapshot snapshot = inside.live().snapshot();
        assertThat(LiveScene.picture(inside.root())).isEqualTo(before);
        inside.write("d/new", "two");
        inside.write("d/old", "two");
        inside.write("d/e/other", "two");
        Files.createDirectories(inside.path("d/f/g"));

        inside.live().rollback(snapshot.id());

        assertThat(LiveScene.picture(inside.root())).isEqualTo(before);
        inside.write("d/f/g", "now a file");
        assertThat(inside.read("d/f/g")).isEqualTo("now a file");
        assertThat(inside.read("d/new")).isEqualTo("one");
    }

    @Test
    void whoStandsInADirectorySeesWhatComesBackOnTopOfIt() throws Exception {
        Path directory = inside.path("d/e");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        inside.write("d/e/new", "one");
        Files.delete(inside.path("d/e/file"));
        Snapshot snapshot = inside.live().snapshot();
        inside.live().discard();

        String look = "stat --cached=never --format %a .; ls";
        try (Shell shell = Shell.in(directory)) {
            assertThat(shell.run(look)).containsExactly("755", "file");
            inside.live().rollback(snapshot.id());
            assertThat(shell.run(look)).containsExactly("711", "new");
            assertThat(shell.run("echo $(cat new)")).containsExactly("one");
        }
    }

    @Test
    void aDirectoryMadeAnewComesBackAsItself() throws Exception {
        Path directory = inside.path("d/e");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        Snapshot older = inside.live().snapshot();
        Files.delete(inside.path("d/e/file"));
        Files.delete(directory);
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Snapshot newer = inside.live().snapshot();

        String look = "stat --cached=never --format %a " + directory + "; ls " + directory;
        try (Shell shell = Shell.in(inside.path("d"))) {
            for (int turn = 0; turn < 2; turn++) {
                inside.live().rollback(older.id());
                assertThat(shell.run(look)).containsExactly("711", "file");
                inside.live().rollback(newer.id());
                assertThat(shell.run(look)).containsExactly("750");
            }
        }
    }

    @Test
    void afterADiscardTheViewIsTheCodebase() throws Exception {
        SortedMap<String, String> before = LiveScene.picture(scene.base);
        inside.write("d/new", "one");
        inside.write("d/old", "two");
        inside.write("d/f/g/h", "two");
        Files.delete(inside.path("d/e/file"));
        Files.delete(inside.path("d/e"));

        List<String> mounts = mounts();
        inside.live().discard();

        assertThat(LiveScene.picture(inside.root())).isEqualTo(before);
        assertThat(mounts()).isEqualTo(mounts);
        assertThat(LiveScene.picture(scene.base)).isEqualTo(before);
        assertThat(inside.commit().result().applied()).isEmpty();
        inside.write("d/f/g/h", "again");
        assertThat(inside.read("d/f/g/h")).isEqualTo("again");
    }

    /** What is mounted for the workspace; the kernel takes a mount away when it is told to drop the name below it. */
    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(inside.root().toString()))
                .toList();
    }

    @Test
    void aDiscardGivesTheSpaceBack() throws Exception {
        Files.write(inside.path("d/big"), new byte[600_000]);
        FileChannel held =
                FileChannel.open(inside.path("d/unlinked"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        held.write(ByteBuffer.allocate(300_000));
        Files.delete(inside.path("d/unlinked"));

        inside.live().discard();

        assertThat(inside.live().workspace().deltaBytes()).isLessThan(10_000);
        Files.write(inside.path("d/big"), new byte[900_000]);
        held.close();
        if (kind == Kind.ASKING) {
            assertThat(inside.live().workspace().deltaBytes()).isGreaterThan(900_000);
        }
    }

    @Test
    void descriptorsOfWhatIsGoneEnd() throws Exception {
        inside.write("d/new", "one");
        try (FileChannel reader = FileChannel.open(inside.path("d/new"), StandardOpenOption.READ);
                FileChannel changed = FileChannel.open(inside.path("d/old"), StandardOpenOption.READ)) {
            inside.write("d/old", "two");
            reader.read(ByteBuffer.allocate(1), 0);
            inside.live().discard();
            assertThat(hasEnded(reader)).isTrue();
            assertThat(hasEnded(changed)).isTrue();
        }
        assertThat(inside.path("d/new")).doesNotExist();
        assertThat(inside.read("d/old")).isEqualTo("old");
    }

    /** One whose data the kernel serves by itself is not ended, but has nothing any more. */
    private static boolean hasEnded(FileChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1), 0) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aWriterGoesOnOverASnapshotWhichDoesNotChange() throws Exception {
        try (FileChannel channel = FileChannel.open(
                inside.path("d/log"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ)) {
            channel.write(bytes("one"));
            Snapshot snapshot = inside.live().snapshot();
            channel.write(bytes("two"));
            assertThat(inside.read("d/log")).isEqualTo("onetwo");
            inside.live().snapshot();
            channel.write(bytes("three"));
            assertThat(inside.read("d/log")).isEqualTo("onetwothree");
            inside.live().rollback(snapshot.id());
            assertThat(inside.read("d/log")).isEqualTo("one");
        }
    }

    @Test
    void aForkGoesItsOwnWay() throws Exception {
        inside.write("d/new", "one");
        inside.write("d/old", "two");
        Mounted fork = scene.mount(inside.live().fork());
        assertThat(LiveScene.picture(fork.root())).isEqualTo(LiveScene.picture(inside.root()));
        inside.write("d/new", "mine");
        fork.write("d/new", "fork's");
        fork.write("d/more", "fork's");
        assertThat(inside.read("d/new")).isEqualTo("mine");
        assertThat(fork.read("d/new")).isEqualTo("fork's");
        assertThat(inside.path("d/more")).doesNotExist();
        inside.commit();
        assertThat(scene.base.resolve("d/new")).hasContent("mine");
        assertThat(scene.base.resolve("d/old")).hasContent("two");
        fork.live().noticeBaseChanges();
        assertThat(fork.read("d/new")).isEqualTo("fork's");
        assertThat(fork.force().overridden()).hasSize(1);
        assertThat(scene.base.resolve("d/new")).hasContent("fork's");
        inside.live().noticeBaseChanges();
        assertThat(inside.read("d/new")).isEqualTo("fork's");
    }

    @Test
    void aCommitDropsTheLayersAndASnapshotOutlivesIt() throws Exception {
        inside.write("d/new", "one");
        Files.delete(inside.path("d/e/file"));
        Snapshot snapshot = inside.live().snapshot();
        inside.write("d/new", "two");
        inside.write("d/e/other", "x");
        SortedMap<String, String> before = LiveScene.picture(inside.root());
        inside.commit();
        assertThat(LiveScene.picture(scene.base)).isEqualTo(before);
        assertThat(LiveScene.picture(inside.root())).isEqualTo(before);
        Files.writeString(scene.base.resolve("d/new"), "theirs");
        inside.live().noticeBaseChanges();
        assertThat(inside.read("d/new")).isEqualTo("theirs");
        inside.live().rollback(snapshot.id());
        assertThat(inside.read("d/new")).isEqualTo("one");
        assertThat(inside.path("d/e/file")).doesNotExist();
        assertThat(inside.read("d/e/other")).isEqualTo("x");
        inside.live().discard();
        inside.live().dropSnapshot(snapshot.id());
        assertThat(LiveScene.picture(inside.root())).isEqualTo(LiveScene.picture(scene.base));
        try (var layers = Files.list(directory.resolve("state/layers"))) {
            assertThat(layers).isEmpty();
        }
    }

    @Test
    void tooManyLayersAreRefusedAndACommitHelps() throws Exception {
        for (int i = 0; i < DeltaStore.MOST_LAYERS; i++) {
            inside.write("d/file" + i, "x" + i);
            inside.live().snapshot();
        }
        inside.write("d/one", "more");
        assertThatThrownBy(() -> inside.live().snapshot())
                .isInstanceOf(DeltaException.class)
                .hasMessageContaining("frozen layers");
        SortedMap<String, String> before = LiveScene.picture(inside.root());
        inside.commit();
        assertThat(LiveScene.picture(scene.base)).isEqualTo(before);
        inside.write("d/one", "still more");
        inside.live().snapshot();
        assertThat(inside.read("d/file7")).isEqualTo("x7");
    }

    @Test
    void rulesThatChangeAreWhatTheNextCommitJudgesBy() throws Exception {
        if (kind != Kind.ASKING) {
            return;
        }
        LiveScene other =
                new LiveScene(directory.resolve("live"), LiveScene.EVERYTHING, WorkspaceOptions::withLiveRules);
        try (other) {
            Mounted live = other.mount();
            live.write("allowed", "x");
            live.write("withdrawn", "x");
            live.live()
                    .changeRules(Policy.compile(
                            List.of(Rule.of("**/*", Level.WRITE), Rule.of("/withdrawn", Level.READ, 10))));
            var landed = live.commit();
            assertThat(landed.result().refused()).hasSize(1);
            assertThat(other.base.resolve("withdrawn")).doesNotExist();
            assertThat(other.base.resolve("allowed")).hasContent("x");
            assertThat(live.read("withdrawn")).isEqualTo("x");
        }
    }
}
