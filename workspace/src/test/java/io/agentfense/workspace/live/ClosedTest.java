package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Snapshot;
import io.agentfense.workspace.live.LiveScene.Mounted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who still holds a delta that was closed does nothing by it, whatever the numbers of its descriptors have become. */
class ClosedTest {
    @TempDir
    private Path directory;

    private LiveScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new LiveScene(directory, LiveScene.EVERYTHING, WorkspaceOptions::withLiveRules);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void everyOperationIsRefusedAndAnotherDeltaStaysAsItIs() throws Exception {
        Mounted first = scene.mount();
        Snapshot snapshot = first.live().snapshot();
        first.write("a", "of the first");
        first.live().close();
        // Takes over the numbers that have become free.
        Mounted second = scene.mount();
        second.write("secret", "of the second");
        SortedMap<String, String> before = LiveScene.picture(scene.base);
        int base = HostPath.open(scene.base.toString(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);

        List<ThrowingCallable> operations = List.of(
                first::commit,
                first::force,
                () -> first.live().discard(),
                () -> first.live().snapshot(),
                () -> first.live().fork(),
                () -> first.live().rollback(snapshot.id()),
                () -> first.live().dropSnapshot(snapshot.id()),
                () -> first.live().changes(base),
                () -> first.live().changeRules(Policy.compile(LiveScene.EVERYTHING)));
        for (ThrowingCallable operation : operations) {
            assertThatThrownBy(operation)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the delta is closed; nothing was done");
        }
        Descriptor.close(base);

        assertThat(LiveScene.picture(scene.base)).isEqualTo(before);
        assertThat(second.read("secret")).isEqualTo("of the second");
        second.commit();
        assertThat(scene.base.resolve("secret")).hasContent("of the second");
        assertThat(scene.base.resolve("a")).doesNotExist();
    }
}
