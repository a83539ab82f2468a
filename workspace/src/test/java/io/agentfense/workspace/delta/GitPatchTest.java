package io.agentfense.workspace.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code git apply} makes of a patch is what the sandbox saw. */
class GitPatchTest {
    @TempDir
    private Path directory;

    @Test
    void gitMakesOfThePatchWhatTheSandboxSaw() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, GitPatchTest::fill)) {
            edit(scene.inside);

            assertThat(scene.changes()).isNotEmpty();
            assertThat(leftAfterGit(scene)).isEmpty();
        }
    }

    @Test
    void binaryContentOfAnyLengthSurvives() throws Exception {
        Random random = new Random(7);
        try (Scene scene =
                new Scene(directory, Scene.EVERYTHING, base -> base.write("old", noise(new Random(3), 999)))) {
            for (int length = 1; length < 120; length++) {
                scene.inside.write("b" + length, "\0" + noise(random, length));
            }
            scene.inside.write("old", "\0" + noise(random, 70_000));

            assertThat(scene.changes()).isNotEmpty();
            assertThat(leftAfterGit(scene)).isEmpty();
        }
    }

    @Test
    void linesAreCountedAsGitCountsThem() throws Exception {
        try (Scene scene = new Scene(directory, Scene.EVERYTHING, GitPatchTest::fill)) {
            edit(scene.inside);
            scene.inside.write("data", "\0" + noise(new Random(5), 300));
            List<Change> ofOneType = scene.changed().list().stream()
                    .filter(change -> change.kind() != Change.Kind.TYPE && change.kind() != Change.Kind.TOUCHED)
                    .toList();
            StringBuilder ours = new StringBuilder();
            for (Change change : ofOneType) {
                LineCounts counts = LineCounts.of(change);
                ours.append(counts.binary() ? "-\t-" : counts.added() + "\t" + counts.deleted())
                        .append('\n');
            }
            ByteArrayOutputStream patch = new ByteArrayOutputStream();
            new GitPatch(patch).write(ofOneType);
            Path file = Files.write(directory.resolve("changes.patch"), patch.toByteArray());

            String gits = run("git", "apply", "--numstat", file.toString());

            assertThat(ours.toString()).contains("-\t-").contains("1\t1\n");
            assertThat(ours.toString()).isEqualTo(gits.replaceAll("(?m)\t[^\t\n]*$", ""));
        }
    }

    private static String noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void fill(HostTree base) throws IOException {
        base.write("kept", "as it is\n");
        base.write("edited", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
        base.write("no newline", "a\nb");
        base.write("run.sh", "#!/bin/sh\n");
        base.write("gone", "bye\n");
        base.write("empty", "");
        base.write("becomes link", "text\n");
        base.link("link", "kept");
        base.mkdir("dir").write("dir/inner", "inner\n");
    }

    private static void edit(Writer inside) throws IOException {
        inside.write("edited", "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nninety\nten\n");
        inside.write("no newline", "a\nc");
        inside.write("run.sh", "#!/bin/sh\n", 0755);
        inside.delete("gone");
        inside.write("empty", "no more\n");
        inside.delete("becomes link");
        inside.link("becomes link", "kept");
        inside.delete("link");
        inside.link("link", "edited");
        inside.write("dir/new \"quoted\"\tname\n", "odd\n");
        inside.write("new empty", "");
        inside.write("caf\u00e9", "name\n");
    }

    /** Has git apply the patch; what the sandbox still has and the base then lacks. */
    private List<String> leftAfterGit(Scene scene) throws Exception {
        ByteArrayOutputStream patch = new ByteArrayOutputStream();
        new GitPatch(patch).write(scene.changed().list());
        Path file = Files.write(directory.resolve("changes.patch"), patch.toByteArray());
        run("git", "init", "-q");
        run("git", "apply", "--whitespace=nowarn", file.toString());
        run("rm", "-rf", ".git");
        // Git keeps no times.
        return scene.changes().stream()
                .filter(change -> !change.startsWith("touched "))
                .toList();
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.resolve("base").toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
