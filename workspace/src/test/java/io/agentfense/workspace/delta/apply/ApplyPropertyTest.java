package io.agentfense.workspace.delta.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.delta.RandomEdits;
import io.agentfense.workspace.delta.Scene;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random codebases under random edits; a failure names its seed. */
class ApplyPropertyTest {
    private static final int SEEDS = 300;

    @TempDir(factory = Memory.class)
    Path directory;

    @Test
    void whatLandsIsWhatTheSandboxSawAndNothingItDidNotSee() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RandomEdits edits = new RandomEdits(random, directory.resolve("seed" + seed), RandomEdits.RULES);
            try (Scene scene = edits.scene()) {
                edits.edit(random.nextInt(1, 40));
                if (random.nextInt(3) == 0) {
                    scene.store.freeze(scene.delta, List.of());
                }
                boolean done = random.nextBoolean() && landsInParts(scene, random);
                if (!done) {
                    assertThat(new Apply(scene.store)
                                    .run(scene.delta, ApplyOptions.ALL)
                                    .refused())
                            .as("seed " + seed)
                            .isEmpty();
                }
                assertThat(scene.base.picture(false)).as("seed " + seed).isEqualTo(edits.landed());
                assertThat(scene.residue()).isEmpty();
            }
        }
    }

    /** Lands random selections; true if nothing was left at the end. */
    private static boolean landsInParts(Scene scene, Random random) throws Exception {
        for (int i = 0; i < 3; i++) {
            List<Change> changes = scene.changed().list();
            if (changes.isEmpty()) {
                return false;
            }
            List<BytePath> part = List.of(
                    changes.get(random.nextInt(changes.size())).path(),
                    changes.get(random.nextInt(changes.size())).path());
            if (new Apply(scene.store)
                    .run(scene.delta, new ApplyOptions(part, false, false))
                    .complete()) {
                return true;
            }
        }
        return false;
    }
}
