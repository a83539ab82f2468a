package io.agentfense.workspace.delta.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.workspace.delta.HostTree;
import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.delta.Scene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Someone else changes the codebase at each moment of an apply: what they wrote is never lost, nothing is ever mixed. */
class RaceTest {
    @TempDir(factory = Memory.class)
    Path directory;

    private int scenes;

    @FunctionalInterface
    private interface Intrusion {
        void on(HostTree base) throws IOException;
    }

    /** Runs an apply for each of its checkpoints, with an intrusion at that one. */
    private void everywhere(String path, String theirs, Intrusion intrusion) throws Exception {
        SortedMap<String, String> after;
        try (Scene scene = Drama.at(directory.resolve("whole"))) {
            new Apply(scene.store).run(scene.delta, ApplyOptions.ALL);
            after = scene.base.picture(false);
        }
        int aborted = 0;
        for (int step = 1; ; step++) {
            try (Scene scene = Drama.at(directory.resolve("scene" + scenes++))) {
                SortedMap<String, String> before = scene.base.picture(false);
                int[] passed = {0};
                int when = step;
                Checkpoint checkpoint = () -> {
                    if (++passed[0] == when) {
                        intrude(scene.base, intrusion);
                    }
                };
                boolean landed = true;
                try {
                    new Apply(scene.store, checkpoint).run(scene.delta, ApplyOptions.ALL);
                } catch (BaseChangedException e) {
                    landed = false;
                    aborted++;
                }
                if (passed[0] < step) {
                    break;
                }
                SortedMap<String, String> tree = scene.base.picture(false);
                assertThat(tree.get(path)).as("step " + step).isEqualTo(theirs);
                SortedMap<String, String> expected = landed ? after : before;
                expected = new TreeMap<>(expected);
                expected.put(path, theirs);
                assertThat(without(tree, path)).as("step " + step).isEqualTo(without(expected, path));
                assertThat(scene.residue()).isEmpty();
            }
        }
        assertThat(aborted).isPositive();
    }

    /** Directories that hold the path may stay because of it. */
    private static SortedMap<String, String> without(SortedMap<String, String> tree, String path) {
        SortedMap<String, String> rest = new TreeMap<>(tree);
        rest.keySet().removeIf(other -> path.equals(other) || path.startsWith(other + "/"));
        return rest;
    }

    private static void intrude(HostTree base, Intrusion intrusion) {
        try {
            intrusion.on(base);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatIsReplacedAtAnyMomentKeepsTheirContent() throws Exception {
        everywhere("d/content", "file 644 theirs", base -> base.write("d/content", "theirs"));
    }

    @Test
    void aFileThatIsDeletedInTheSandboxKeepsTheirContent() throws Exception {
        everywhere("d/gone", "file 644 theirs", base -> base.write("d/gone", "theirs"));
    }

    @Test
    void aNameThatBothMakeKeepsTheirs() throws Exception {
        everywhere("link", "file 644 theirs", base -> base.write("link", "theirs"));
    }
}
