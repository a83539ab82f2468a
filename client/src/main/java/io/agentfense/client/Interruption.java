package io.agentfense.client;

/** What an interrupt of a waiting thread becomes. */
final class Interruption {
    private Interruption() {}

    /** Keeps the thread's flag. */
    static CallCancelledException of(InterruptedException e, Subject subject) {
        Thread.currentThread().interrupt();
        return new CallCancelledException(subject.operation() + " was interrupted", e);
    }
}
