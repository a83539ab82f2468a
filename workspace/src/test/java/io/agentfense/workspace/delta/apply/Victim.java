package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Syscall;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Scene;
import java.nio.file.Path;

/** The program that {@link KillTest} starts: applies the last delta and kills itself at a checkpoint. */
public final class Victim {
    private static final int SIGKILL = 9;

    private Victim() {}

    public static void main(String[] arguments) throws Exception {
        int fatal = Integer.parseInt(arguments[1]);
        int[] passed = {0};
        Checkpoint checkpoint = () -> {
            if (++passed[0] == fatal) {
                // SAFETY: no memory is passed.
                Syscall.call(Syscall.KILL, Syscall.call(Syscall.GETPID, 0), SIGKILL);
            }
        };
        try (DeltaStore store = Scene.openStore(Path.of(arguments[0]));
                Delta delta = store.open(store.resolve(DeltaStore.LAST))) {
            new Apply(store, checkpoint).run(delta, ApplyOptions.ALL);
        }
    }
}
