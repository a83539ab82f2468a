package io.agentfense.sandbox;

import java.io.IOException;
import java.util.function.UnaryOperator;

/** Whose host side a test looks at: the tests run as root, and start another JVM for the other. */
enum Host {
    ROOT {
        @Override
        Shell open() throws IOException {
            return LocalShell.start();
        }
    },
    /** As a server of root starts its sandboxes. */
    ROOT_FROM_A_TEMPLATE {
        @Override
        Shell open() throws IOException {
            BwrapRuntime runtime = BwrapRuntime.find();
            try (MountTemplate template = runtime.template()) {
                return LocalShell.start(runtime.over(template), UnaryOperator.identity());
            }
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
