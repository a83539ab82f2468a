package io.agentfense.server.trace;

/**
 * Something that a call does, from its beginning to its close. One that is closed before it was {@link #done} has failed.
 * Thread-safe; one that is the thread's own is closed by the thread that began it, the last one first.
 */
public interface Step extends AutoCloseable {
    /** One that nobody looks at. */
    Step UNSEEN = new Step() {
        @Override
        public Step with(String key, String value) {
            return this;
        }

        @Override
        public Step with(String key, long value) {
            return this;
        }

        @Override
        public void done() {}

        @Override
        public void close() {}
    };

    /** Says something about it; no secret, and nothing of what a command is or writes. */
    Step with(String key, String value);

    /** Says something about it. */
    Step with(String key, long value);

    /** It did what it was to do. */
    void done();

    @Override
    void close();
}
