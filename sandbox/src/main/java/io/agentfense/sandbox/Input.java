package io.agentfense.sandbox;

/** Where a command's input comes from. */
public sealed interface Input {
    /** No input: the command reads the end of the file. */
    record None() implements Input {}

    /** Bytes, then the end of the file. */
    final class Bytes implements Input {
        private final byte[] content;

        private Bytes(byte[] content) {
            this.content = content;
        }

        byte[] content() {
            return content;
        }
    }

    /**
     * A descriptor of this process. Pipes and terminals are passed on as they are; others are read here, so that no
     * file or socket of the host gets into the sandbox.
     *
     * @param fd stays open
     */
    record Descriptor(int fd) implements Input {}

    /** What is written to {@link Execution#stdin()}. */
    record Piped() implements Input {}

    /** No input. */
    static Input none() {
        return new None();
    }

    /** These bytes, which must not change while the command runs. */
    static Input of(byte[] content) {
        return new Bytes(content);
    }

    /** What a descriptor of this process yields. */
    static Input from(int fd) {
        return new Descriptor(fd);
    }

    /** What is written to {@link Execution#stdin()}. */
    static Input piped() {
        return new Piped();
    }
}
