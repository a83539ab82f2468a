package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many mounts over one base are told of its changes by one inotify instance, of which a user has few. */
class SharedBaseTest {
    private static final List<Rule> RULES = List.of(new Rule("/**", Level.READ, PatternType.GLOB, 0));
    private static final int MOUNTS = 4;

    @TempDir
    Path scratch;

    private final List<Workspace> workspaces = new ArrayList<>();

    private Path base;

    @BeforeEach
    void mount() throws Exception {
        await().until(() -> instances() == 0);
        base = scratch.resolve("base");
        MountedTree.file(base, "d/file", "old");
        for (int i = 0; i < MOUNTS; i++) {
            WorkspaceOptions options = WorkspaceOptions.direct(base.toString(), Policy.compile(RULES), new Owner(0, 0));
            workspaces.add(
                    Workspace.mount(options, Files.createDirectories(mount(i)).toString()));
        }
        for (int i = 0; i < MOUNTS; i++) {
            assertThat(mount(i).resolve("d/file")).hasContent("old");
            assertThat(mount(i).resolve("d/later")).doesNotExist();
        }
    }

    @AfterEach
    void unmount() {
        workspaces.forEach(Workspace::close);
        await().until(() -> instances() == 0);
    }

    private Path mount(int number) {
        return scratch.resolve("mount-" + number);
    }

    private static long instances() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(SharedBaseTest::isInotify).count();
        }
    }

    private static boolean isInotify(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:inotify");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void oneInstanceServesThemAll() throws IOException {
        assertThat(instances()).isEqualTo(1);
    }

    @Test
    void aChangeShowsInAll() throws IOException {
        Files.writeString(base.resolve("d/file"), "new content");
        Files.writeString(base.resolve("d/later"), "later");
        for (int i = 0; i < MOUNTS; i++) {
            Path seen = mount(i);
            await().until(() -> Files.readString(seen.resolve("d/file")).equals("new content"));
            await().until(() -> Files.exists(seen.resolve("d/later")));
        }
    }

    @Test
    void oneThatHasBeenToldShowsItAtOnceAndTheOthersStillHearOfIt() throws IOException {
        Files.writeString(base.resolve("d/later"), "later");
        workspaces.getFirst().noticeBaseChanges();
        assertThat(mount(0).resolve("d/later")).exists();
        for (int i = 1; i < MOUNTS; i++) {
            Path seen = mount(i).resolve("d/later");
            await().until(() -> Files.exists(seen));
        }
    }

    @Test
    void thoseThatStayAreToldWhenOthersHaveGone() throws IOException {
        for (int i = 1; i < MOUNTS; i++) {
            workspaces.get(i).close();
        }
        Files.writeString(base.resolve("d/later"), "later");
        await().until(() -> Files.exists(mount(0).resolve("d/later")));
        assertThat(instances()).isEqualTo(1);
    }

    @Test
    void whatChangesWhileOneStandsStillShowsOnceItGoesOn() throws IOException {
        Workspace stopped = workspaces.getFirst();
        try (Standstill _ = stopped.standStill()) {
            Files.writeString(base.resolve("d/later"), "later");
            await().until(() -> Files.exists(mount(1).resolve("d/later")));
        }
        assertThat(mount(0).resolve("d/later")).exists();
    }
}
