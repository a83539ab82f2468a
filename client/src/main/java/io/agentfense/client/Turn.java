package io.agentfense.client;

/** Whose turn it is to take what a terminal shows: its reader's, or of those who only wait for its end. Thread-safe. */
final class Turn {
    private boolean taken;

    /** A reader has come. */
    synchronized void take() {
        taken = true;
    }

    /** The reader has what it wanted. */
    synchronized void giveUp() {
        taken = false;
        notifyAll();
    }

    /** Waits until there is no reader. */
    synchronized void await(Subject subject) {
        try {
            while (taken) {
                wait();
            }
        } catch (InterruptedException e) {
            throw Interruption.of(e, subject);
        }
    }
}
