package io.agentfense.workspace.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentfense.linux.Credentials;
import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesTest {
    private static final List<Rule> SECRETS_HIDDEN =
            List.of(Rule.of("**/*", Level.WRITE), Rule.of("**/secret*", Level.NONE, 10));

    @TempDir
    Path directory;

    @Test
    void anEmptyDeltaChangesNothing() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("a", "x"))) {
            assertThat(scene.changes()).isEmpty();
        }
    }

    @Test
    void eachKindIsTold() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d").write("d/content", "old").write("d/mode", "x").write("d/time", "x");
            base.write("d/gone", "x").write("d/kind", "x").link("d/link", "a");
        })) {
            scene.inside
                    .write("d/content", "new")
                    .chmod("d/mode", 0600)
                    .touch("d/time", 1000)
                    .delete("d/gone");
            scene.inside
                    .delete("d/kind")
                    .mkdir("d/kind")
                    .link("d/link", "b")
                    .write("new", "x")
                    .mkdir("empty");
            assertThat(scene.changes())
                    .containsExactly(
                            "modified d/content",
                            "deleted d/gone",
                            "type d/kind",
                            "modified d/link",
                            "mode d/mode",
                            "touched d/time",
                            "added empty",
                            "added new");
        }
    }

    @Test
    void whatWasCopiedUpAndLeftAloneIsNoChange() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.mkdir("d", 0750).write("d/f", "x"))) {
            scene.inside.copyUp("d/f");
            assertThat(scene.changes()).isEmpty();
        }
    }

    @Test
    void theSameContentWrittenAgainIsATouchAtMost() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.write("f", "x").date("f", 1000))) {
            scene.inside.write("f", "x");
            assertThat(scene.changes()).containsExactly("touched f");
        }
    }

    @Test
    void aChangeOfContentIsSeenThoughSizeAndTimeAreForged() throws Exception {
        try (Scene scene = new Scene(
                directory, Scene.EVERYTHING, base -> base.write("f", "good").date("f", 1000))) {
            scene.inside.write("f", "evil").touch("f", 1000);
            assertThat(scene.changes()).containsExactly("modified f");
        }
    }

    @Test
    void whatOnlyTheBaseChangedIsNoChange() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d").write("d/f", "x").write("d/g", "x").mkdir("m").write("d/h", "x");
        })) {
            scene.inside.copyUp("d/f").copyUp("d/g").copyUp("m").copyUp("d/h");
            scene.base.write("d/f", "theirs").delete("d/g").chmod("m", 0700).chmod("d/h", 0600);
            assertThat(scene.changes()).isEmpty();
        }
    }

    @Test
    void aDeletedDirectoryStandsForEverythingVisibleInIt() throws Exception {
        try (Scene scene = new Scene(directory, SECRETS_HIDDEN, base -> {
            base.mkdir("d").mkdir("d/e").write("d/e/f", "x").write("d/secret1", "x");
            base.mkdir("d/secrets").write("d/secrets/f", "x");
        })) {
            scene.inside.delete("d/e/f").delete("d/e").delete("d");
            assertThat(scene.inside.picture()).containsOnlyKeys("d");
            assertThat(scene.changes()).containsExactly("deleted d", "deleted d/e", "deleted d/e/f");
        }
    }

    @Test
    void aDirectoryMadeAnewShowsNothingOfTheOld() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.mkdir("d")
                    .write("d/old", "x")
                    .write("d/both", "x")
                    .mkdir("d/sub")
                    .write("d/sub/f", "x");
        })) {
            scene.inside
                    .delete("d/old")
                    .delete("d/both")
                    .delete("d/sub/f")
                    .delete("d/sub")
                    .delete("d");
            scene.inside.mkdir("d").write("d/both", "new").write("d/new", "x");
            assertThat(scene.changes())
                    .containsExactly(
                            "modified d/both", "added d/new", "deleted d/old", "deleted d/sub", "deleted d/sub/f");
        }
    }

    @Test
    void aDirectoryThatBecameAFileTakesItsContentAlong() throws Exception {
        try (Scene scene =
                new Scene(directory, Scene.EVERYTHING, base -> base.mkdir("d").write("d/f", "x"))) {
            scene.inside.delete("d/f").delete("d").write("d", "now a file");
            assertThat(scene.changes()).containsExactly("type d", "deleted d/f");
        }
    }

    @Test
    void fifosAndSocketsStayInside() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write("was a file", "x"))) {
            scene.inside.fifo("pipe").delete("was a file").fifo("was a file");
            assertThat(scene.changes()).isEmpty();
            assertThat(scene.changed().skipped())
                    .extracting(Skipped::path, Skipped::reason)
                    .containsExactly(tuple(BytePath.of("pipe"), "a FIFO"), tuple(BytePath.of("was a file"), "a FIFO"));
        }
    }

    @Test
    void namesAreBytes() throws Exception {
        String odd = "a\nb\u00ff\u0080\u001b[31m";
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> base.write(odd, "old"))) {
            scene.inside.write(odd, "new").write("\u00c3\u00a9", "x");
            assertThat(scene.changes()).containsExactly("modified " + odd, "added \u00c3\u00a9");
        }
    }

    @Test
    void whiteoutNamesAndOddFilesOfTheBaseMeanNothing() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.write("victim", "x").mkdir("d").write("d/f", "x");
            if (Credentials.isRoot()) {
                base.whiteout("odd").opaque("d");
            }
        })) {
            scene.inside.write(".wh.victim", "x").mkdir("d2").write("d/.wh..wh..opq", "x");
            assertThat(scene.changes()).containsExactly("added .wh.victim", "added d/.wh..wh..opq", "added d2");
        }
    }

    @Test
    void directoriesThatARulePromisesAreNoChangeUntilSomethingIsInThem() throws Exception {
        List<Rule> rules = List.of(Rule.of("**/*", Level.READ), Rule.of("/out/put/**", Level.WRITE, 10));
        try (Scene scene = new Scene(directory, rules)) {
            scene.inside.mkdir("out").mkdir("out/put");
            assertThat(scene.changes()).isEmpty();
            scene.inside.write("out/put/f", "x");
            assertThat(scene.changes()).containsExactly("added out", "added out/put", "added out/put/f");
            assertThat(scene.changed().list()).allMatch(Change::permitted);
        }
    }

    @Test
    void lowerLayersCountAsTheUpperDoes() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, base -> {
            base.write("a", "x").write("b", "x").mkdir("d").write("d/f", "x").write("d/g", "x");
        })) {
            scene.inside
                    .write("a", "1")
                    .delete("b")
                    .delete("d/f")
                    .delete("d/g")
                    .delete("d")
                    .mkdir("d")
                    .write("d/n", "1");
            scene.store.freeze(scene.delta, List.of());
            assertThat(scene.changes())
                    .containsExactly("modified a", "deleted b", "deleted d/f", "deleted d/g", "added d/n");
            new HostTree(scene.delta.upper())
                    .write("a", "x")
                    .date("a", scene.base.stat("a"))
                    .write("b", "back");
            assertThat(scene.changes()).containsExactly("modified b", "deleted d/f", "deleted d/g", "added d/n");
            new HostTree(scene.delta.upper()).whiteout("d");
            assertThat(scene.changes()).containsExactly("modified b", "deleted d", "deleted d/f", "deleted d/g");
        }
    }

    @Test
    void theDeepestTreeThatHasNamesIsComparedAndRemoved() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING)) {
            StringBuilder path = new StringBuilder("d");
            scene.inside.mkdir("d");
            while (path.length() < BytePath.MAX_BYTES - 2) {
                path.append("/d");
                new HostTree(scene.delta.upper()).mkdir(path.toString());
            }
            assertThat(scene.changes()).hasSize(path.length() / 2 + 1);
            scene.store.remove(scene.delta);
            assertThat(scene.store.list()).isEmpty();
        }
    }

    @Test
    void filesThatDenyTheirOwnerAreStillCompared() throws Exception {
        try (Scene scene =
                new Scene(directory, Scene.EVERYTHING, base -> base.mkdir("d").write("d/f", "x"))) {
            scene.inside.write("d/f", "y", 0).chmod("d", 0);
            assertThat(scene.changes()).containsExactly("mode d", "modified d/f");
        }
    }
}
