package io.agentfense.workspace.delta.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.HostTree;
import io.agentfense.workspace.delta.Scene;
import io.agentfense.workspace.delta.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyTest {
    private static final List<Rule> SECRETS_HIDDEN =
            List.of(Rule.of("**/*", Level.WRITE), Rule.of("**/secret*", Level.NONE, 10));

    @TempDir
    Path directory;

    private static ApplyResult apply(Scene scene, String... paths) throws IOException {
        return apply(scene, false, paths);
    }

    private static ApplyResult apply(Scene scene, boolean force, String... paths) throws IOException {
        List<BytePath> selected = Stream.of(paths).map(HostTree::path).toList();
        return new Apply(scene.store).run(scene.delta, new ApplyOptions(selected, force, false));
    }

    private static List<String> conflicts(Scene scene) {
        ConflictException refused = catchThrowableOfType(ConflictException.class, () -> apply(scene));
        return refused.conflicts().stream()
                .map(conflict -> HostTree.text(conflict.path()) + ": " + conflict.sandbox() + " / " + conflict.base())
                .toList();
    }

    @Test
    void everyKindOfChangeLandsAndTheDeltaIsGone() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d")
                    .write("d/content", "old")
                    .write("d/mode", "x")
                    .write("d/time", "x")
                    .write("d/gone", "x");
            base.mkdir("gone")
                    .mkdir("gone/e")
                    .write("gone/e/f", "x")
                    .write("file", "x")
                    .mkdir("dir")
                    .write("dir/f", "x");
            base.link("link", "a").mkdir("locked", 0555);
        })) {
            scene.inside
                    .write("d/content", "new", 0755)
                    .chmod("d/mode", 0600)
                    .touch("d/time", 1000)
                    .delete("d/gone");
            scene.inside.delete("gone/e/f").delete("gone/e").delete("gone");
            scene.inside.delete("file").mkdir("file", 0700).write("file/in", "x");
            scene.inside
                    .delete("dir/f")
                    .delete("dir")
                    .write("dir", "now a file")
                    .link("link", "b");
            scene.inside
                    .chmod("locked", 0755)
                    .write("locked/f", "x")
                    .mkdir("closed", 0500)
                    .write("closed/f", "x");
            ApplyResult result = apply(scene);
            assertThat(result.complete()).isTrue();
            assertThat(scene.base.picture(false))
                    .containsOnly(
                            entry("closed", "directory 500"),
                            entry("closed/f", "file 644 x"),
                            entry("d", "directory 755"),
                            entry("d/content", "file 755 new"),
                            entry("d/mode", "file 600 x"),
                            entry("d/time", "file 644 x"),
                            entry("dir", "file 644 now a file"),
                            entry("file", "directory 700"),
                            entry("file/in", "file 644 x"),
                            entry("link", "link b"),
                            entry("locked", "directory 755"),
                            entry("locked/f", "file 644 x"));
            assertThat(scene.base.stat("d/time").modifySeconds).isEqualTo(1000);
            assertThat(scene.store.list()).isEmpty();
            assertThat(scene.residue()).isEmpty();
        }
    }

    @Test
    void timesOfFilesAndNewDirectoriesAreKept() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("f", "old"))) {
            scene.inside
                    .write("f", "new")
                    .touch("f", 1111)
                    .mkdir("d")
                    .write("d/g", "x")
                    .touch("d/g", 2222);
            scene.inside.touch("d", 3333);
            apply(scene);
            assertThat(scene.base.stat("f").modifySeconds).isEqualTo(1111);
            assertThat(scene.base.stat("d/g").modifySeconds).isEqualTo(2222);
            assertThat(scene.base.stat("d").modifySeconds).isEqualTo(3333);
        }
    }

    @Test
    void setIdBitsDoNotLand() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("old", "x"))) {
            scene.inside.write("new", "x", 06755).write("old", "y", 04711).mkdir("d", 02755);
            apply(scene);
            assertThat(scene.base.stat("new").mode & 07777).isEqualTo(0755);
            assertThat(scene.base.stat("old").mode & 07777).isEqualTo(0711);
            assertThat(scene.base.stat("d").mode & 07777).isEqualTo(0755);
        }
    }

    @Test
    void asRootNewFilesBelongToTheOwnerOfWhatTheyReplaceOrLieIn() throws Exception {
        if (!Credentials.isRoot()) {
            return;
        }
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d").chown("d", 1234, 1235).write("d/f", "old").chown("d/f", 1236, 1237);
        })) {
            scene.inside.write("d/f", "new").mkdir("d/e").write("d/e/g", "x").link("d/l", "x");
            apply(scene);
            assertThat(owner(scene.base.stat("d/f"))).isEqualTo("1236:1237");
            for (String path : List.of("d/e", "d/e/g", "d/l")) {
                assertThat(owner(scene.base.stat(path))).as(path).isEqualTo("1234:1235");
            }
        }
    }

    private static String owner(Stat stat) {
        return stat.uid + ":" + stat.gid;
    }

    @Test
    void whatTheSandboxCouldNotSeeSurvivesTheRemovalOfItsDirectory() throws Exception {
        try (Scene scene = new Scene(directory, SECRETS_HIDDEN, base -> {
            base.mkdir("d")
                    .mkdir("d/e")
                    .write("d/e/f", "x")
                    .write("d/e/secret", "keep")
                    .write("d/g", "x");
        })) {
            long inode = scene.base.stat("d/e").inode;
            scene.inside.delete("d/e/f").delete("d/e").delete("d/g").delete("d");
            ApplyResult result = apply(scene);
            assertThat(scene.base.picture(false)).containsOnlyKeys("d", "d/e", "d/e/secret");
            assertThat(scene.base.read("d/e/secret")).isEqualTo("keep");
            assertThat(scene.base.stat("d/e").inode).isEqualTo(inode);
            assertThat(result.kept()).containsExactly(BytePath.of("d/e"), BytePath.of("d"));
        }
    }

    @Test
    void anOpaqueDirectoryRemovesOnlyWhatTheSandboxCouldSee() throws Exception {
        try (Scene scene = new Scene(directory, SECRETS_HIDDEN, base -> {
            base.mkdir("d").write("d/f", "x").write("d/secret", "keep");
        })) {
            scene.inside.delete("d/f").delete("d").mkdir("d").write("d/new", "x");
            apply(scene);
            assertThat(scene.base.picture(false)).containsOnlyKeys("d", "d/new", "d/secret");
        }
    }

    @Test
    void aFileCannotTakeThePlaceOfADirectoryThatHoldsHiddenThings() throws Exception {
        try (Scene scene = new Scene(directory, SECRETS_HIDDEN, base -> {
            base.mkdir("d").write("d/f", "x").write("d/secret", "keep").write("other", "x");
        })) {
            scene.inside.delete("d/f").delete("d").write("d", "file").write("other", "y");
            ApplyResult result = apply(scene);
            assertThat(result.refused())
                    .extracting(refusal -> refusal.change().path())
                    .containsExactly(BytePath.of("d"), BytePath.of("d/f"));
            assertThat(scene.base.picture(false)).containsOnlyKeys("d", "d/f", "d/secret", "other");
            assertThat(scene.base.read("other")).isEqualTo("y");
            assertThat(scene.changes()).containsExactly("type d", "deleted d/f");
        }
    }

    @Test
    void whatTheRulesDoNotLetWriteIsRefusedAndStays() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.write("ro", "x").write("gone", "x").write("rw", "x").mkdir("d").write("d/hidden", "x");
        })) {
            scene.inside
                    .write("ro", "y")
                    .delete("gone")
                    .write("rw", "y")
                    .write("d/hidden", "y")
                    .write("d/new", "y");
            scene.delta.update(scene.delta
                    .meta()
                    .withRules(List.of(
                            Rule.of("**/*", Level.READ),
                            Rule.of("/rw", Level.WRITE, 1),
                            Rule.of("/d/hidden", Level.NONE, 1))));
            ApplyResult result = apply(scene, true);
            assertThat(result.refused())
                    .extracting(Refusal::reason)
                    .containsExactly(
                            "the rules give it none, not write",
                            "the rules give it read, not write",
                            "the rules give it read, not write",
                            "the rules give it read, not write");
            assertThat(scene.base.picture(false))
                    .containsEntry("ro", "file 644 x")
                    .containsEntry("gone", "file 644 x")
                    .containsEntry("d/hidden", "file 644 x")
                    .containsEntry("rw", "file 644 y")
                    .doesNotContainKey("d/new");
            assertThat(result.complete()).isFalse();
        }
    }

    @Test
    void conflictsStopEverythingAndAllOfThemAreTold() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.write("both", "x")
                    .write("deleted here", "x")
                    .write("deleted there", "x")
                    .write("fine", "x");
            base.mkdir("d").write("d/f", "x").mkdir("m");
        })) {
            scene.inside
                    .write("both", "mine")
                    .delete("deleted here")
                    .write("deleted there", "mine")
                    .write("new", "mine");
            scene.inside.write("fine", "mine").delete("d/f").delete("d").chmod("m", 0700);
            scene.base.write("both", "theirs").write("deleted here", "theirs").delete("deleted there");
            scene.base.write("new", "theirs").write("d/later", "theirs").chmod("m", 0750);
            var before = scene.base.picture(true);
            assertThat(conflicts(scene))
                    .containsExactly(
                            "both: modified / modified",
                            "d/later: deleted / added",
                            "deleted here: deleted / modified",
                            "deleted there: modified / deleted",
                            "m: changed in mode / changed in mode",
                            "new: added / added");
            assertThat(scene.base.picture(true)).isEqualTo(before);
            assertThat(scene.residue()).isEmpty();
        }
    }

    @Test
    void theSameChangeOnBothSidesIsNoConflict() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.write("f", "x").write("g", "x"))) {
            scene.inside.write("f", "same").delete("g").write("new", "same");
            scene.base.write("f", "same").delete("g").write("new", "same");
            assertThat(scene.changes()).allMatch(change -> change.startsWith("touched"));
        }
    }

    @Test
    void forceLetsTheSandboxWin() throws Exception {
        try (Scene scene = new Scene(
                directory,
                Scene.EVERYTHING,
                base -> base.write("f", "x").mkdir("d").write("d/g", "x"))) {
            scene.inside.write("f", "mine").write("d/g", "mine").write("d/h", "mine");
            scene.base.write("f", "theirs").delete("d").link("d", "/etc");
            assertThat(apply(scene, true).complete()).isTrue();
            assertThat(scene.base.picture(false))
                    .containsOnly(
                            entry("f", "file 644 mine"),
                            entry("d", "directory 755"),
                            entry("d/g", "file 644 mine"),
                            entry("d/h", "file 644 mine"));
        }
    }

    @Test
    void aSelectionBringsItsParentsAndLeavesTheRest() throws Exception {
        try (Scene scene = new Scene(
                directory,
                Scene.EVERYTHING,
                base -> base.write("f", "x").mkdir("old").write("old/f", "x"))) {
            scene.inside
                    .write("f", "y")
                    .mkdir("a")
                    .mkdir("a/b")
                    .write("a/b/c", "x")
                    .write("a/d", "x");
            scene.inside.delete("old/f").delete("old");
            ApplyResult result = apply(scene, "a/b", "old");
            assertThat(result.applied())
                    .extracting(change -> HostTree.text(change.path()))
                    .containsExactly("a", "a/b", "a/b/c", "old", "old/f");
            assertThat(scene.base.picture(false)).containsOnlyKeys("a", "a/b", "a/b/c", "f");
            assertThat(scene.changes()).containsExactly("added a/d", "modified f");
            assertThat(scene.inside.picture()).containsOnlyKeys("a", "a/d", "f");
            assertThat(apply(scene).complete()).isTrue();
        }
    }

    @Test
    void whatLandedIsWhatTheRestStartsFrom() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.write("f", "0").write("g", "0"))) {
            scene.inside.write("f", "1").write("g", "1");
            apply(scene, "f");
            scene.inside.write("f", "2");
            apply(scene, "f");
            assertThat(scene.base.read("f")).isEqualTo("2");
            scene.inside.write("f", "3");
            scene.base.write("f", "theirs");
            assertThat(conflicts(scene)).containsExactly("f: modified / modified");
        }
    }

    @Test
    void aPartOfAnOpaqueDirectoryLandsWithoutLosingTheRest() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d").write("d/f", "x").write("d/g", "x");
        })) {
            scene.inside
                    .delete("d/f")
                    .delete("d/g")
                    .delete("d")
                    .mkdir("d")
                    .write("d/f", "y")
                    .write("d/new", "y");
            apply(scene, "d/f", "d/g");
            assertThat(scene.changes()).containsExactly("added d/new");
            assertThat(scene.base.picture(false)).containsOnlyKeys("d", "d/f");
            assertThat(apply(scene).complete()).isTrue();
        }
    }

    @Test
    void aPathThatSelectsNothingIsAnError() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING)) {
            scene.inside.write("f", "x");
            assertThatThrownBy(() -> apply(scene, "g"))
                    .isInstanceOf(DeltaException.class)
                    .hasMessageContaining("changes nothing at \"g\"");
        }
    }

    @Test
    void aDryRunTouchesNothing() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("f", "x"))) {
            scene.inside.write("f", "y");
            var before = scene.base.picture(true);
            ApplyResult result = new Apply(scene.store).run(scene.delta, new ApplyOptions(List.of(), false, true));
            assertThat(result.applied()).hasSize(1);
            assertThat(scene.base.picture(true)).isEqualTo(before);
            assertThat(scene.changes()).containsExactly("modified f");
        }
    }

    @Test
    void oddNamesLandAsTheyAre() throws Exception {
        String odd = "a\nb\u00ff\u0080\u001b[31m";
        try (Scene scene =
                new Scene(directory, Scene.EVERYTHING, base -> base.mkdir(odd).write(odd + "/f", "old"))) {
            scene.inside.write(odd + "/f", "new").write(odd + "/-rf *", "x").write(".wh.f", "x");
            apply(scene);
            assertThat(scene.base.picture(false)).containsOnlyKeys(odd, odd + "/f", odd + "/-rf *", ".wh.f");
        }
    }

    @Test
    void aDirectoryReplacedByALinkIsNeverFollowed() throws Exception {
        try (Scene scene = new Scene(
                        directory, Scene.EVERYTHING, base -> base.mkdir("d").write("d/f", "x"));
                HostTree outside = HostTree.open(directory.toString())) {
            outside.mkdir("victim").write("victim/f", "precious");
            scene.inside.write("d/f", "evil").write("d/new", "evil");
            scene.base.delete("d").link("d", directory.resolve("victim").toString());
            assertThat(conflicts(scene))
                    .containsExactly("d: changed below / replaced by a link", "d/f: modified / deleted");
            apply(scene, true);
            assertThat(outside.picture(false))
                    .containsEntry("victim/f", "file 644 precious")
                    .doesNotContainKey("victim/new");
            assertThat(scene.base.picture(false)).containsEntry("d/f", "file 644 evil");
        }
    }

    @Test
    void aLinkCommittedEarlierIsReplacedAndNotFollowed() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING);
                HostTree outside = HostTree.open(directory.toString())) {
            outside.mkdir("victim").write("victim/passwd", "precious");
            scene.inside.link("d", directory.resolve("victim").toString()).write("keep", "x");
            apply(scene, "d");
            assertThat(scene.changes()).containsExactly("added keep");
            scene.inside.delete("d").mkdir("d").write("d/passwd", "evil");
            assertThat(scene.changes()).containsExactly("type d", "added d/passwd", "added keep");
            apply(scene);
            assertThat(outside.read("victim/passwd")).isEqualTo("precious");
            assertThat(scene.base.read("d/passwd")).isEqualTo("evil");
        }
    }

    @Test
    void linksLandAsLinks() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("f", "x"))) {
            scene.inside
                    .link("passwd", "/etc/passwd")
                    .link("f", "../../../etc/shadow")
                    .link("dangling", "nowhere");
            apply(scene);
            assertThat(scene.base.picture(false))
                    .containsOnly(
                            entry("passwd", "link /etc/passwd"),
                            entry("f", "link ../../../etc/shadow"),
                            entry("dangling", "link nowhere"));
        }
    }

    @Test
    void aFileWithTwoNamesIsReplacedUnderTheOneThatChanged() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.write("a", "x").write("c", "z"))) {
            Files.createLink(directory.resolve("base/b"), directory.resolve("base/a"));
            scene.inside.write("a", "y").write("b", "w");
            assertThat(apply(scene).complete()).isTrue();
            assertThat(scene.base.picture(false))
                    .containsEntry("a", "file 644 y")
                    .containsEntry("b", "file 644 w");
        }
    }

    @Test
    void aSparseFileStaysSparse() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING)) {
            scene.inside.write("f", "head");
            Path file = directory.resolve("state/deltas/" + scene.delta.id() + "/upper/f");
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {'t'}), 1L << 32);
            }
            apply(scene);
            assertThat(scene.base.stat("f").size).isEqualTo((1L << 32) + 1);
            assertThat(scene.base.stat("f").blocks).isLessThan(100);
        }
    }

    @Test
    void twoAppliesToOneCodebaseDoNotMeet() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING);
                var held = Apply.openBase(scene.delta.meta().base(), java.time.Duration.ZERO)) {
            assertThat(held).isNotNull();
            scene.inside.write("f", "x");
            assertThatThrownBy(() -> apply(scene)).hasMessageContaining("another apply");
        }
    }

    @Test
    void twoDeltasOverOneCodebaseSeeEachOther() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("f", "0"));
                var other = scene.store.create(scene.delta.meta().base(), Scene.EVERYTHING, List.of())) {
            // A file just made has the kernel's time of this very tick, and so would what is written now.
            Files.setLastModifiedTime(directory.resolve("base/f"), FileTime.fromMillis(1000));
            scene.inside.write("f", "a");
            new Writer(other, scene.base).write("f", "b");
            apply(scene);
            assertThatThrownBy(() -> new Apply(scene.store).run(other, ApplyOptions.ALL))
                    .isInstanceOf(ConflictException.class);
            assertThat(scene.base.read("f")).isEqualTo("a");
        }
    }
}
