package io.agentfense.rulefile;

import io.agentfense.policy.Level;

/** What a policy is expected to say of a path. */
public sealed interface Expectation {
    /** Where it is written. */
    Location location();

    /** The path, from the workspace's root. */
    String path();

    /** Whether a path of that level is as expected. */
    boolean holdsAt(Level level);

    /** What is expected, in a few words. */
    String wanted();

    /** The path has exactly that level. */
    record OfLevel(Location location, String path, Level level) implements Expectation {
        @Override
        public boolean holdsAt(Level actual) {
            return actual == level;
        }

        @Override
        public String wanted() {
            return level.label();
        }
    }

    /** The operation on the path is allowed, or is not. */
    record OfOperation(Location location, String path, Operation operation, boolean allowed) implements Expectation {
        @Override
        public boolean holdsAt(Level actual) {
            return operation.allowedAt(actual) == allowed;
        }

        @Override
        public String wanted() {
            return operation.label() + (allowed ? " allowed" : " not allowed");
        }
    }
}
