package io.agentfense.sandbox;

import io.agentfense.sandbox.guest.SetupStep;

/** How a command ended. */
public sealed interface Outcome {
    /** As a shell would report it: see each case. */
    int exitCode();

    /**
     * It exited by itself.
     *
     * @param exitCode 0 to 255
     */
    record Exited(int exitCode) implements Outcome {}

    /**
     * A signal ended it; the exit code is 128 + the signal.
     *
     * @param signal 1 to 64
     */
    record Signaled(int signal) implements Outcome {
        @Override
        public int exitCode() {
            return 128 + signal;
        }
    }

    /** Its time was up, and all its processes were killed; the exit code is 124. */
    record TimedOut() implements Outcome {
        @Override
        public int exitCode() {
            return 124;
        }
    }

    /**
     * It never ran; the exit code is 127 for a program that is not there, 126 for one that can't be executed, else 125.
     *
     * @param step what failed
     * @param reason a sentence for the user
     * @param exitCode 125, 126 or 127
     */
    record NotStarted(SetupStep step, String reason, int exitCode) implements Outcome {}

    /** The sandbox ended while it ran, closed by someone or killed when out of memory; the exit code is 137. */
    record SandboxEnded() implements Outcome {
        @Override
        public int exitCode() {
            return 137;
        }
    }
}
