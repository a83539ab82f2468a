package io.agentfense.workspace.delta.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.workspace.delta.HostTree;
import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.delta.Scene;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that really gets SIGKILL at each step of an apply, and what the next command makes of it. */
class KillTest {
    @TempDir(factory = Memory.class)
    Path directory;

    @Test
    void whereverAnApplyIsKilledTheNextCommandFindsTheTreeBeforeOrAfter() throws Exception {
        SortedMap<String, String> before;
        SortedMap<String, String> after;
        try (Scene scene = Drama.at(directory.resolve("whole"))) {
            before = scene.base.picture(false);
            new Apply(scene.store).run(scene.delta, ApplyOptions.ALL);
            after = scene.base.picture(false);
        }
        List<SortedMap<String, String>> seen = new ArrayList<>();
        for (int step = 1; ; step++) {
            Path place = directory.resolve("step" + step);
            Drama.at(place).close();
            int exit = start(place, step);
            if (exit == 0) {
                break;
            }
            assertThat(exit).as("killed").isEqualTo(128 + 9);
            seen.add(recovered(place));
        }
        assertThat(seen).containsOnly(before, after);
        assertThat(seen.size()).as("steps").isGreaterThan(30);
    }

    private static SortedMap<String, String> recovered(Path place) throws Exception {
        try (var store = Scene.openStore(place);
                HostTree base = HostTree.open(place.resolve("base").toString())) {
            Recovery.run(store);
            SortedMap<String, String> tree = base.picture(false);
            if (!store.list().isEmpty()) {
                assertThat(tree).as("the delta is kept, so nothing landed").containsKey("d/gone");
            }
            return tree;
        }
    }

    private static int start(Path place, int step) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                place.toString(),
                Integer.toString(step));
        File output = Files.createTempFile(place, "output", ".txt").toFile();
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start()
                .waitFor();
        assertThat(exit).as(Files.readString(output.toPath())).isIn(0, 128 + 9);
        return exit;
    }
}
