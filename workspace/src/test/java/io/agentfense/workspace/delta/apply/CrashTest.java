package io.agentfense.workspace.delta.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.HostTree;
import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.delta.Scene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes at each step of an apply, and again at each step of the recovery. */
class CrashTest {
    @TempDir(factory = Memory.class)
    Path directory;

    private int scenes;

    /** What a whole apply makes of the base. */
    private SortedMap<String, String> result(ApplyOptions options) throws Exception {
        try (Scene scene = Drama.at(directory.resolve("whole" + scenes++))) {
            new Apply(scene.store).run(scene.delta, options);
            return scene.base.picture(false);
        }
    }

    /** Applies and dies at a checkpoint; false if it came to its end. */
    private static boolean dies(Scene scene, ApplyOptions options, int step) throws IOException {
        try {
            new Apply(scene.store, Death.at(step)).run(scene.delta, options);
            return false;
        } catch (Death expected) {
            return true;
        } finally {
            scene.delta.close();
        }
    }

    @Test
    void aCrashAtAnyStepOfAWholeApplyIsMended() throws Exception {
        crashes(ApplyOptions.ALL);
    }

    @Test
    void aCrashAtAnyStepOfAPartialApplyIsMended() throws Exception {
        crashes(Drama.PART);
    }

    private void crashes(ApplyOptions options) throws Exception {
        SortedMap<String, String> after = result(options);
        for (int step = 1; ; step++) {
            try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
                SortedMap<String, String> before = scene.base.picture(false);
                if (!dies(scene, options, step)) {
                    assertThat(step).isGreaterThan(30);
                    return;
                }
                List<Recovered> found = Recovery.run(scene.store);
                assertThat(scene.residue()).as("step " + step).isEmpty();
                assertThat(scene.base.picture(false)).as("step " + step).isIn(before, after);
                assertThat(Recovery.run(scene.store)).isEmpty();
                check(scene, options, after, found, scene.base.picture(false).equals(before));
            }
        }
    }

    /** The report agrees with the tree, and what did not land can be applied after all. */
    private static void check(
            Scene scene,
            ApplyOptions options,
            SortedMap<String, String> after,
            List<Recovered> found,
            boolean untouched)
            throws IOException {
        found.forEach(recovered -> assertThat(recovered.outcome() == Recovered.Outcome.UNTOUCHED)
                .as(recovered.message())
                .isEqualTo(untouched));
        if (untouched) {
            try (Delta delta = scene.store.open(scene.store.resolve(DeltaStore.LAST))) {
                new Apply(scene.store).run(delta, options);
            }
        }
        assertThat(scene.base.picture(false)).isEqualTo(after);
        if (!options.paths().isEmpty()) {
            try (Delta delta = scene.store.open(scene.store.resolve(DeltaStore.LAST))) {
                assertThat(new Apply(scene.store).run(delta, ApplyOptions.ALL).complete())
                        .isTrue();
            }
        }
        assertThat(scene.store.list()).isEmpty();
    }

    @Test
    void aRecoveryThatCrashesIsGoneOnWith() throws Exception {
        SortedMap<String, String> after = result(ApplyOptions.ALL);
        int last = steps();
        for (int step = 1; step < last; step += 3) {
            for (int second = 1; second < last; second += 2) {
                try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
                    SortedMap<String, String> before = scene.base.picture(false);
                    dies(scene, ApplyOptions.ALL, step);
                    boolean again = diesInRecovery(scene, second);
                    Recovery.run(scene.store);
                    assertThat(scene.base.picture(false))
                            .as(step + ", " + second)
                            .isIn(before, after);
                    assertThat(scene.residue()).isEmpty();
                    if (!again) {
                        break;
                    }
                }
            }
        }
    }

    private static boolean diesInRecovery(Scene scene, int step) throws IOException {
        try {
            Recovery.run(scene.store, Death.at(step));
            return false;
        } catch (Death expected) {
            return true;
        }
    }

    private int steps() throws IOException {
        int[] passed = {0};
        try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
            new Apply(scene.store, () -> passed[0]++).run(scene.delta, ApplyOptions.ALL);
        }
        return passed[0];
    }

    @Test
    void aRollBackThatCrashesIsGoneOnWith() throws Exception {
        int last = steps();
        for (int step = last / 2; step < last + 40; step++) {
            try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
                SortedMap<String, String> before = scene.base.picture(false);
                // The link is replaced late; in a scene where someone else has made it a file meanwhile.
                Checkpoint intruder = meddle(scene, last / 3);
                Checkpoint death = Death.at(step);
                boolean died = false;
                try {
                    new Apply(scene.store, () -> {
                                intruder.reached();
                                death.reached();
                            })
                            .run(scene.delta, ApplyOptions.ALL);
                } catch (Death expected) {
                    died = true;
                } catch (BaseChangedException expected) {
                    died = false;
                }
                scene.delta.close();
                Recovery.run(scene.store);
                SortedMap<String, String> tree = scene.base.picture(false);
                tree.replace("link", before.get("link"));
                assertThat(tree).as("step " + step).isEqualTo(before);
                assertThat(scene.base.read("link")).isEqualTo("theirs");
                assertThat(scene.residue()).isEmpty();
                if (!died) {
                    return;
                }
            }
        }
    }

    private static Checkpoint meddle(Scene scene, int step) {
        int[] passed = {0};
        return () -> {
            if (++passed[0] == step) {
                replace(scene.base, "link");
            }
        };
    }

    private static void replace(HostTree base, String path) {
        try {
            base.write(path, "theirs");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStagingDirectoryThatIsNotOursIsNotTouched() throws Exception {
        try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
            int last = steps();
            dies(scene, ApplyOptions.ALL, last / 2 + 8);
            String name = scene.residue().getFirst();
            scene.base.rename(name, "moved");
            scene.base.mkdir(name).write(name + "/0", "planted");
            assertThatThrownBy(() -> Recovery.run(scene.store)).hasMessageContaining("staging directory");
            assertThat(scene.base.read(name + "/0")).isEqualTo("planted");
        }
    }
}
