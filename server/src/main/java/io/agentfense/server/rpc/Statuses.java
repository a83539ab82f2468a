package io.agentfense.server.rpc;

import io.agentfense.server.access.AccessException;
import io.agentfense.server.codebase.CodebaseException;
import io.agentfense.server.credential.CredentialException;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.store.PageTokenException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC status of whatever a call threw. What nobody expected is INTERNAL, told to the log and not to the caller. */
public final class Statuses {
    private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

    /** Seconds after which a call that was refused for its rate may be tried again. */
    private static final Metadata.Key<String> RETRY_AFTER =
            Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

    /** The configuration's key of a limit that was reached, and the most that it allows: for the fields of exceptions. */
    private static final Metadata.Key<String> LIMIT_NAME =
            Metadata.Key.of("limit-name", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> LIMIT_VALUE =
            Metadata.Key.of("limit-value", Metadata.ASCII_STRING_MARSHALLER);

    private Statuses() {}

    /** The status for a caller. */
    public static StatusRuntimeException of(Throwable thrown) {
        return switch (thrown) {
            case StatusRuntimeException e -> e;
            case Refusal e -> refusal(e);
            case AccessException e -> access(e);
            case CodebaseException e -> codebase(e);
            case CredentialException e -> credential(e);
            case PageTokenException e -> status(Status.INVALID_ARGUMENT, e);
            case IllegalArgumentException e -> status(Status.INVALID_ARGUMENT, e);
            default -> unexpected(thrown);
        };
    }

    /** What is told of a refusal beside its message, by the names of HTTP headers. */
    public static Map<String, String> more(StatusRuntimeException refused) {
        Map<String, String> more = new HashMap<>();
        Metadata trailers = refused.getTrailers();
        if (trailers != null) {
            for (Metadata.Key<String> key : List.of(RETRY_AFTER, LIMIT_NAME, LIMIT_VALUE)) {
                String value = trailers.get(key);
                if (value != null) {
                    more.put(key.name(), value);
                }
            }
        }
        return more;
    }

    private static StatusRuntimeException refusal(Refusal e) {
        return switch (e.kind()) {
            case NOT_FOUND -> status(Status.NOT_FOUND, e);
            case INVALID -> status(Status.INVALID_ARGUMENT, e);
            case PRECONDITION -> status(Status.FAILED_PRECONDITION, e);
            case TIMED_OUT -> status(Status.DEADLINE_EXCEEDED, e);
            case EXHAUSTED -> status(Status.RESOURCE_EXHAUSTED, e);
            case CONFLICT -> status(Status.ABORTED, e);
            case WITHHELD -> status(Status.PERMISSION_DENIED, e);
            case EXISTS -> status(Status.ALREADY_EXISTS, e);
            case CANCELLED -> status(Status.CANCELLED, e);
            case UNAVAILABLE -> status(Status.UNAVAILABLE, e);
            case FAILED -> {
                LOG.warn("a call failed", e);
                yield status(Status.INTERNAL, e);
            }
        };
    }

    private static StatusRuntimeException access(AccessException e) {
        return switch (e) {
            case AccessException.Unauthenticated _ -> status(Status.UNAUTHENTICATED, e);
            case AccessException.Denied _ -> status(Status.PERMISSION_DENIED, e);
            case AccessException.Hidden _ -> status(Status.NOT_FOUND, e);
            case AccessException.QuotaExceeded full -> limited(full.key(), full.limit(), e);
            case AccessException.Invalid _ -> status(Status.INVALID_ARGUMENT, e);
            case AccessException.RateLimited limited -> rateLimited(limited);
        };
    }

    private static StatusRuntimeException limited(String name, long value, Throwable e) {
        Metadata trailers = new Metadata();
        trailers.put(LIMIT_NAME, name);
        trailers.put(LIMIT_VALUE, Long.toString(value));
        return Status.RESOURCE_EXHAUSTED
                .withDescription(e.getMessage())
                .withCause(e)
                .asRuntimeException(trailers);
    }

    private static StatusRuntimeException rateLimited(AccessException.RateLimited e) {
        Duration wait = e.retryAfter();
        long seconds = wait.getNano() == 0 ? wait.getSeconds() : wait.getSeconds() + 1;
        Metadata trailers = new Metadata();
        trailers.put(RETRY_AFTER, Long.toString(Math.max(1, seconds)));
        return Status.RESOURCE_EXHAUSTED
                .withDescription(e.getMessage())
                .withCause(e)
                .asRuntimeException(trailers);
    }

    private static StatusRuntimeException codebase(CodebaseException e) {
        return switch (e) {
            case CodebaseException.NoCodebase _, CodebaseException.NotFound _ -> status(Status.NOT_FOUND, e);
            case CodebaseException.InvalidPath _,
                    CodebaseException.Invalid _,
                    CodebaseException.TooLarge _,
                    CodebaseException.Mismatch _,
                    CodebaseException.HasSecrets _,
                    CodebaseException.BadArchive _ -> status(Status.INVALID_ARGUMENT, e);
            case CodebaseException.QuotaExceeded full -> limited("limits.codebase_bytes", full.limit(), e);
            case CodebaseException.InUse _, CodebaseException.NotADirectory _, CodebaseException.NotAFile _ ->
                status(Status.FAILED_PRECONDITION, e);
            case CodebaseException.AlreadyExists _ -> status(Status.ALREADY_EXISTS, e);
            case CodebaseException.Failed _ -> {
                LOG.warn("a call failed", e);
                yield status(Status.INTERNAL, e);
            }
        };
    }

    private static StatusRuntimeException credential(CredentialException e) {
        return switch (e.kind()) {
            case INVALID -> status(Status.INVALID_ARGUMENT, e);
            case NOT_FOUND -> status(Status.NOT_FOUND, e);
            case PRECONDITION -> status(Status.FAILED_PRECONDITION, e);
        };
    }

    private static StatusRuntimeException status(Status status, Throwable e) {
        return status.withDescription(e.getMessage()).withCause(e).asRuntimeException();
    }

    private static StatusRuntimeException unexpected(Throwable thrown) {
        LOG.error("a call failed in a way that nobody expected", thrown);
        return Status.INTERNAL.withDescription("internal error").asRuntimeException();
    }
}
