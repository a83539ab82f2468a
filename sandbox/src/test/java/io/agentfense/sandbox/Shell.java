package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/** A sandbox in which tests run shell scripts, wherever its host side runs. */
interface Shell extends AutoCloseable {
    /** What a script did. */
    record Ran(int exitCode, String out, String err) {}

    /** Runs a script by {@code sh -c} in the workspace. */
    Ran sh(String script) throws IOException;

    /** Its workspace on the host, with the probe in it. */
    Path workspace();

    @Override
    void close() throws IOException;
}
