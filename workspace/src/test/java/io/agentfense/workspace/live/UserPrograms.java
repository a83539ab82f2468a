package io.agentfense.workspace.live;

import java.nio.file.Path;

/** What {@link RandomProgramsTest} has an ordinary user do. */
public final class UserPrograms {
    private static final int SEEDS = 6;

    private UserPrograms() {}

    public static void main(String[] arguments) throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomProgramsTest.commits(Path.of(arguments[0], "commits" + seed), seed);
            RandomProgramsTest.snapshots(Path.of(arguments[0], "snapshots" + seed), 100 + seed);
        }
    }
}
