package io.agentfense.server.access;

import java.time.Duration;

/** Why a call is refused. The messages are for the caller and hold no secret. */
public abstract sealed class AccessException extends Exception {
    private static final long serialVersionUID = 1;

    private AccessException(String message) {
        super(message);
    }

    /** No credentials, or wrong ones: UNAUTHENTICATED. */
    public static final class Unauthenticated extends AccessException {
        private static final long serialVersionUID = 1;

        Unauthenticated(String message) {
            super(message);
        }
    }

    /** The caller's role does not allow it, or the caller is blocked: PERMISSION_DENIED. */
    public static final class Denied extends AccessException {
        private static final long serialVersionUID = 1;

        Denied(String message) {
            super(message);
        }
    }

    /** The object is another's; the answer must be the one for an object that is not there: NOT_FOUND. */
    public static final class Hidden extends AccessException {
        private static final long serialVersionUID = 1;

        Hidden() {
            super("not found");
        }
    }

    /** Too many calls: RESOURCE_EXHAUSTED with the time to wait. */
    public static final class RateLimited extends AccessException {
        private static final long serialVersionUID = 1;
        private final Duration retryAfter;

        RateLimited(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        /** After which the same call will be let through, if no other comes before. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The user has as much as it may have: RESOURCE_EXHAUSTED. */
    public static final class QuotaExceeded extends AccessException {
        private static final long serialVersionUID = 1;
        private final String key;
        private final long limit;

        QuotaExceeded(String key, long limit, String message) {
            super(message);
            this.key = key;
            this.limit = limit;
        }

        /** The configuration's key of the limit. */
        public String key() {
            return key;
        }

        public long limit() {
            return limit;
        }
    }

    /** A request's own field is wrong: INVALID_ARGUMENT. */
    public static final class Invalid extends AccessException {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }
}
