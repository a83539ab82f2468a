package io.agentfense.server.store;

import java.util.Map;

/** Adds codebases and sandboxes in several threads and prints the id of each that was acknowledged, until it is killed. */
final class RestlessWriter {
    private static final int THREADS = 4;

    private RestlessWriter() {}

    @SuppressWarnings("InfiniteLoopStatement")
    public static void main(String[] arguments) {
        Database database = Database.open(arguments[0]);
        for (int i = 0; i < THREADS; i++) {
            String owner = "user" + i;
            new Thread(() -> {
                        while (true) {
                            CodebaseRecord codebase = Records.codebase(owner);
                            database.codebases().insert(codebase);
                            print(codebase.id());
                            SandboxRecord sandbox = Records.sandbox(codebase, Records.NOON, Map.of("a", "b"));
                            database.sandboxes().insert(sandbox, SandboxQuota.NONE);
                            print(sandbox.id());
                        }
                    })
                    .start();
        }
    }

    private static synchronized void print(String id) {
        System.out.println(id);
        System.out.flush();
    }
}
