package io.agentfense.sandbox;

import java.io.IOException;

/** Where a command's output, or its errors, go. */
public sealed interface Output {
    /** Nowhere. */
    record Discarded() implements Output {}

    /**
     * Into the result.
     *
     * @param limit the most bytes that are kept; what comes after is read and dropped
     */
    record Captured(int limit) implements Output {}

    /**
     * To a receiver as it comes, called by the thread that awaits the execution.
     *
     * @param receiver gets each piece
     */
    record Streamed(Receiver receiver) implements Output {}

    /**
     * To a descriptor of this process. Pipes and terminals are passed on as they are, which costs nothing; to others it
     * is written here, so that no file or socket of the host gets into the sandbox.
     *
     * @param fd stays open
     */
    record Descriptor(int fd) implements Output {}

    /** Takes output as it comes. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes a piece.
         *
         * @param bytes valid until the return
         * @param length how many of them
         * @throws IOException to take no more: the rest is dropped
         */
        void receive(byte[] bytes, int length) throws IOException;
    }

    /** Nowhere. */
    static Output discard() {
        return new Discarded();
    }

    /** Into the result, at most so many bytes. */
    static Output capture(int limit) {
        return new Captured(limit);
    }

    /** To a receiver as it comes. */
    static Output stream(Receiver receiver) {
        return new Streamed(receiver);
    }

    /** To a descriptor of this process. */
    static Output to(int fd) {
        return new Descriptor(fd);
    }
}
