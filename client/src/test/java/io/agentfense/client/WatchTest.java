package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch tells what changes where the rules let it be seen, and nothing else. */
class WatchTest {
    @TempDir
    Path directory;

    private AgentFenseClient client;
    private Sandbox sandbox;

    @BeforeEach
    void start() throws Exception {
        client = SharedServer.get().client();
        Project project = Project.in(directory).file("src/a", "").file("hidden/a", "");
        sandbox = client.fromLocal(project.directory())
                .rules(
                        PermissionRule.write("**/*"),
                        PermissionRule.none("/hidden/**").withPriority(1))
                .start();
    }

    @AfterEach
    void end() {
        sandbox.close();
        client.close();
    }

    /** All up to the one that says that a path was made. */
    private static List<FileEvent> until(FileWatch watch, String path) {
        List<FileEvent> events = new ArrayList<>();
        FileEvent last = new FileEvent.Created(path);
        while (!events.contains(last)) {
            events.add(watch.next().orElseThrow());
        }
        return events;
    }

    @Test
    void whatIsMadeChangedAndRemovedAfterItReturnsIsTold() {
        try (FileWatch watch = sandbox.files().watch("src")) {
            sandbox.run("echo x > src/new; echo y >> src/a; rm src/new; mkdir src/deep; touch src/last")
                    .orThrow();
            assertThat(until(watch, "last"))
                    .contains(
                            new FileEvent.Created("new"),
                            new FileEvent.Modified("a"),
                            new FileEvent.Removed("new"),
                            new FileEvent.Created("deep"));
            sandbox.run("touch src/deep/below").orThrow();
            assertThat(until(watch, "deep/below")).isNotEmpty();
        }
    }

    @Test
    void whatIsHiddenIsNeitherToldNorWatched() {
        try (FileWatch watch = sandbox.files().watch("/workspace")) {
            sandbox.run("echo x > hidden/a; mkdir hidden; touch last");
            assertThat(until(watch, "last").toString()).doesNotContain("hidden");
        }
        assertThatThrownBy(() -> sandbox.files().watch("hidden")).isInstanceOf(FileMissingException.class);
    }

    /** More than the kernel queues, while nobody takes any. */
    @Test
    void whoTakesTooFewIsToldThatSomeWereLost() {
        try (FileWatch watch = sandbox.files().watch("src")) {
            sandbox.run("i=0; while [ $i -lt 60000 ]; do : > src/$((i % 7)); i=$((i + 1)); done; touch src/last")
                    .orThrow();
            FileEvent event;
            do {
                event = watch.next().orElseThrow();
            } while (!(event instanceof FileEvent.Overflow));
        }
    }

    @Test
    void itEndsWithItsSandbox() {
        try (FileWatch watch = sandbox.files().watch("src")) {
            sandbox.stop();
            assertThat(watch.next()).isEmpty();
        }
    }

    @Test
    void closingItWakesWhoWaits() {
        FileWatch watch = sandbox.files().watch("src");
        CompletableFuture<Optional<FileEvent>> waiting =
                CompletableFuture.supplyAsync(watch::next, Thread::startVirtualThread);
        watch.close();
        await().until(waiting::isDone);
        assertThat(waiting.exceptionNow()).isInstanceOf(CallCancelledException.class);
    }
}
