package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.delta.apply.Recovery;
import io.agentfense.workspace.live.LiveScene.Mounted;
import io.agentfense.workspace.live.LiveVictim.Operation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that really gets SIGKILL within each operation on a mounted delta, and what the next one finds. */
class LiveKillTest {
    @TempDir(factory = Memory.class)
    private Path directory;

    /** What the sandbox sees, and what the codebase holds. */
    private record State(SortedMap<String, String> view, SortedMap<String, String> base) {}

    @ParameterizedTest
    @EnumSource
    void whereverItIsKilledTheNextFindsBeforeOrAfter(Operation operation) throws Exception {
        List<State> states = new ArrayList<>();
        boolean ended = false;
        for (int step = 1; !ended; step += operation.name().startsWith("COMMIT") ? 3 : 1) {
            Path place = prepare(operation + "-" + step);
            ended = start(place, operation, step) == 0;
            new ProcessBuilder("umount", "-l", place.resolve("mount0").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            states.add(found(place));
        }
        State after = states.getLast();
        State before = states.getFirst();
        assertThat(states.size()).as("steps").isGreaterThan(2);
        assertThat(states).allSatisfy(state -> {
            assertThat(state.view).isIn(before.view, after.view);
            assertThat(state.base).isIn(before.base, after.base);
        });
        if (operation.name().startsWith("COMMIT")) {
            assertThat(before.view).isEqualTo(after.view);
            assertThat(before.base).isNotEqualTo(after.base);
            assertThat(after.base).isEqualTo(after.view);
        }
    }

    private Path prepare(String name) throws IOException {
        Path place = directory.resolve(name);
        Files.createDirectories(place.resolve("base/d"));
        Files.createDirectories(place.resolve("mount0"));
        Files.writeString(place.resolve("base/changed"), "old");
        Files.writeString(place.resolve("base/d/gone"), "x");
        Files.writeString(place.resolve("base/d/other"), "x");
        return place;
    }

    /** Opens what is left, mounts it again, and sees that everything can go on. */
    private static State found(Path place) throws Exception {
        try (LiveScene scene = new LiveScene(place)) {
            Recovery.run(scene.store);
            SortedMap<String, String> base = LiveScene.picture(scene.base);
            Mounted inside =
                    scene.mount(scene.store.open(scene.store.list().getLast().id()));
            SortedMap<String, String> view = LiveScene.picture(inside.root());
            assertThat(inside.commit().overridden()).isEmpty();
            assertThat(LiveScene.picture(scene.base)).isEqualTo(view);
            assertThat(LiveScene.picture(inside.root())).isEqualTo(view);
            return new State(view, base);
        }
    }

    private static int start(Path place, Operation operation, int step) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LiveVictim.class.getName(),
                place.toString(),
                operation.name(),
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
