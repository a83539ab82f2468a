package io.agentfense.workspace.live;

import io.agentfense.linux.Syscall;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Deltas;
import io.agentfense.workspace.delta.StateRoot;
import io.agentfense.workspace.delta.apply.Applies;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The program that {@link LiveKillTest} starts: works in a workspace, and kills itself within one of its operations. */
public final class LiveVictim {
    private static final int SIGKILL = 9;

    private LiveVictim() {}

    /** What is done to the delta at last. */
    enum Operation {
        COMMIT,
        COMMIT_OVER_A_SNAPSHOT,
        SNAPSHOT,
        FORK,
        ROLLBACK,
        DISCARD
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Operation operation = Operation.valueOf(arguments[1]);
        int fatal = Integer.parseInt(arguments[2]);
        boolean[] armed = {false};
        int[] passed = {0};
        Runnable checkpoint = () -> {
            if (armed[0] && ++passed[0] == fatal) {
                // SAFETY: no memory is passed.
                Syscall.call(Syscall.KILL, Syscall.call(Syscall.GETPID, 0), SIGKILL);
            }
        };
        Path root = directory.resolve("mount0");
        WorkspaceOptions options = WorkspaceOptions.direct(
                directory.resolve("base").toString(), Policy.compile(LiveScene.EVERYTHING), new Owner(0, 0));
        try (DeltaStore store =
                DeltaStore.open(new StateRoot(directory.resolve("state").toString()))) {
            Delta delta = store.create(directory.resolve("base").toString(), LiveScene.EVERYTHING, List.of());
            Deltas.checkpoints(delta, checkpoint);
            try (LiveDelta live =
                            LiveDelta.mount(store, delta, options, root.toString(), Applies.with(store, checkpoint));
                    FileChannel held = FileChannel.open(
                            root.resolve("held"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                work(live, root, operation, held);
                armed[0] = true;
                run(live, operation);
                armed[0] = false;
            }
        }
    }

    private static void work(LiveDelta live, Path root, Operation operation, FileChannel held) throws Exception {
        held.write(ByteBuffer.wrap(new byte[] {'h'}));
        Files.writeString(root.resolve("changed"), "new");
        Files.delete(root.resolve("d/gone"));
        Files.createDirectories(root.resolve("n/m"));
        Files.writeString(root.resolve("n/m/file"), "made");
        if (operation == Operation.COMMIT_OVER_A_SNAPSHOT || operation == Operation.ROLLBACK) {
            live.snapshot();
        }
        Files.delete(root.resolve("d/other"));
        Files.delete(root.resolve("d"));
        Files.createDirectory(root.resolve("d"));
        Files.writeString(root.resolve("d/fresh"), "fresh");
        Files.writeString(root.resolve("n/second"), "second");
        Files.createSymbolicLink(root.resolve("link"), Path.of("changed"));
    }

    private static void run(LiveDelta live, Operation operation) throws Exception {
        switch (operation) {
            case COMMIT, COMMIT_OVER_A_SNAPSHOT -> live.commit(ApplyOptions.ALL);
            case SNAPSHOT -> live.snapshot();
            case FORK -> live.fork().close();
            case ROLLBACK -> live.rollback(live.snapshots().getFirst().id());
            case DISCARD -> live.discard();
        }
    }
}
