package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.workspace.attacks.OrdinaryUser;
import io.agentfense.workspace.attacks.UserMounts;
import io.agentfense.workspace.delta.Memory;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that does anything at random in a workspace sees what it would see in a plain directory, whatever is committed,
 * kept, or gone back to meanwhile. A failure names its seed.
 */
class RandomProgramsTest {
    private static final int SEEDS = Integer.getInteger("agentfense.seeds", 25);

    @TempDir(factory = Memory.class)
    private Path directory;

    @Test
    void commitsAreNotSeen() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            commits(directory.resolve("commits" + seed), seed);
        }
    }

    static void commits(Path place, int seed) throws Exception {
        Random random = new Random(seed);
        Path mirror = fill(place, random);
        try (LiveScene scene = new LiveScene(place)) {
            Mounted inside = scene.mount();
            RandomProgram program = new RandomProgram(random, inside.root(), mirror, true);
            for (int round = 0; round < 12; round++) {
                program.run(random.nextInt(1, 15));
                Map<String, Object> numbers = numbers(inside.root());
                inside.commit();
                String what = "seed " + seed + ", round " + round;
                assertThat(LiveScene.picture(inside.root())).as(what).isEqualTo(LiveScene.picture(mirror));
                assertThat(LiveScene.picture(scene.base)).as(what).isEqualTo(LiveScene.picture(mirror));
                assertThat(numbers(inside.root())).as(what).isEqualTo(numbers);
            }
            program.close();
            inside.commit();
            assertThat(LiveScene.picture(scene.base)).as("seed " + seed).isEqualTo(LiveScene.picture(mirror));
            assertThat(LiveScene.picture(inside.root())).isEqualTo(LiveScene.picture(mirror));
        }
    }

    @Test
    void snapshotsAreNotSeenAndCanBeGoneBackTo() throws Exception {
        for (int seed = 100; seed < 100 + SEEDS; seed++) {
            snapshots(directory.resolve("snapshots" + seed), seed);
        }
    }

    static void snapshots(Path place, int seed) throws Exception {
        Random random = new Random(seed);
        Path mirror = fill(place, random);
        try (LiveScene scene = new LiveScene(place)) {
            Mounted inside = scene.mount();
            Map<String, SortedMap<String, String>> states = new LinkedHashMap<>();
            for (int round = 0; round < 15; round++) {
                RandomProgram program = new RandomProgram(random, inside.root(), mirror, false);
                program.run(random.nextInt(1, 15));
                String what = "seed " + seed + ", round " + round;
                int choice = random.nextInt(6);
                if (choice < 3) {
                    states.put(inside.live().snapshot().id(), LiveScene.picture(mirror));
                    assertThat(LiveScene.picture(inside.root())).as(what).isEqualTo(LiveScene.picture(mirror));
                    program.run(random.nextInt(1, 8));
                } else if (choice == 3) {
                    inside.commit();
                    assertThat(LiveScene.picture(scene.base)).as(what).isEqualTo(LiveScene.picture(mirror));
                    states.clear();
                } else if (!states.isEmpty()) {
                    program.close();
                    String id = List.copyOf(states.keySet()).get(random.nextInt(states.size()));
                    inside.live().rollback(id);
                    assertThat(LiveScene.picture(inside.root())).as(what).isEqualTo(states.get(id));
                    copy(inside.root(), mirror);
                }
                assertThat(LiveScene.picture(inside.root())).as(what).isEqualTo(LiveScene.picture(mirror));
                program.close();
            }
            inside.live().discard();
            assertThat(LiveScene.picture(inside.root())).isEqualTo(LiveScene.picture(scene.base));
        }
    }

    @Test
    void anOrdinaryUserSeesTheSame() throws Exception {
        Path place = Files.createTempDirectory("agentfense-user");
        OrdinaryUser.give(place);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                UserMounts.readableClassPath(),
                UserPrograms.class.getName(),
                place.toString());
        Process process = new ProcessBuilder(OrdinaryUser.command(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** A random codebase, and a mirror of it. */
    private static Path fill(Path place, Random random) throws IOException {
        Path base = Files.createDirectories(place.resolve("base"));
        Path mirror = Files.createDirectories(place.resolve("mirror"));
        RandomProgram filling = new RandomProgram(random, base, mirror, false);
        filling.run(40);
        filling.close();
        return mirror;
    }

    private static Map<String, Object> numbers(Path root) throws IOException {
        Map<String, Object> numbers = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                numbers.put(
                        root.relativize(path).toString(),
                        Files.readAttributes(path, "unix:ino,lastModifiedTime", LinkOption.NOFOLLOW_LINKS));
            }
        }
        return numbers;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(to)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!each.equals(to)) {
                    Files.delete(each);
                }
            }
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                if (!each.equals(from)) {
                    Files.copy(
                            each,
                            to.resolve(from.relativize(each).toString()),
                            LinkOption.NOFOLLOW_LINKS,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
