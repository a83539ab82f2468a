package io.agentfense.sandbox;

import java.io.IOException;

/** The shells that sessions are tried with. */
enum PosixShell {
    DASH("/bin/dash"),
    BASH("/bin/bash"),
    /** By a link, as in images that have no other programs. */
    BUSYBOX("/workspace/sh");

    private final String path;

    PosixShell(String path) {
        this.path = path;
    }

    ShellSession open(Sandbox sandbox) throws IOException {
        if (this == BUSYBOX) {
            sandbox.exec(Command.of("ln", "-sfn", "/bin/busybox", path)).await();
        }
        return sandbox.openShell(ShellSpec.of(path));
    }
}
