package io.agentfense.sandbox;

import java.io.IOException;

/** Whose host side a test looks at: the tests run as root, and start another JVM for the other. */
enum Host {
    ROOT {
        @Override
        Shell open() throws IOException {
            return LocalShell.start();
        }
    },
    ORDINARY_USER {
        @Override
        Shell open() throws IOException {
            return RemoteShell.start();
        }
    };

    abstract Shell open() throws IOException;
}
