package io.agentfense.client;

import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The exception for a status that the server answered with. Stateless. */
final class Failures {
    static final Metadata.Key<String> RETRY_AFTER = key("retry-after");
    private static final Metadata.Key<String> LIMIT_NAME = key("limit-name");
    private static final Metadata.Key<String> LIMIT_VALUE = key("limit-value");

    private Failures() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    static SandboxException of(Status status, @Nullable Metadata trailers, Subject subject, Endpoint endpoint) {
        String said = Optional.ofNullable(status.getDescription()).orElse("");
        Throwable cause = status.asRuntimeException();
        return switch (status.getCode()) {
            case NOT_FOUND -> missing(said, subject, cause);
            case FAILED_PRECONDITION -> state(said, subject, cause);
            case PERMISSION_DENIED ->
                new PermissionDeniedException(
                        subject.operation(), Optional.of(subject.path()).filter(path -> !path.isEmpty()), said, cause);
            case UNAUTHENTICATED -> new AuthenticationException(said, cause);
            case DEADLINE_EXCEEDED -> late(said, subject, cause);
            case RESOURCE_EXHAUSTED -> limit(said, trailers == null ? new Metadata() : trailers, subject, cause);
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new InvalidConfigurationException(said, cause);
            case ALREADY_EXISTS -> new AlreadyExistsException(said, cause);
            case ABORTED -> new ConflictException(said, cause);
            case UNAVAILABLE -> new ConnectionException(endpoint.toString(), deepest(status), cause);
            case CANCELLED -> new CallCancelledException(subject.operation() + " was cancelled", cause);
            case UNKNOWN, INTERNAL, DATA_LOSS, UNIMPLEMENTED, OK -> broken(status, subject, cause);
        };
    }

    /** What a connection failed for in the end: that nobody listens, or that a certificate is not trusted. */
    private static String deepest(Status status) {
        String said = String.valueOf(status.getDescription());
        for (Throwable at = status.getCause(); at != null; at = at.getCause()) {
            said = at.getMessage() == null ? said : at.getMessage();
        }
        return said;
    }

    private static SandboxException late(String said, Subject subject, Throwable cause) {
        return subject.command().isEmpty()
                ? new ServerFailureException(subject.operation() + " took too long: " + said, cause)
                : new CommandTimeoutException(subject.command(), subject.allowed(), cause);
    }

    private static SandboxException broken(Status status, Subject subject, Throwable cause) {
        return new ServerFailureException(
                subject.operation() + " failed: " + status.getCode() + " " + status.getDescription(), cause);
    }

    /** The server's words say what is missing: a call about a file may find its sandbox gone. */
    private static SandboxException missing(String said, Subject subject, Throwable cause) {
        return switch (said) {
            case "sandbox not found" -> new SandboxNotFoundException(subject.id(), cause);
            case "codebase not found" -> new CodebaseNotFoundException(subject.id(), cause);
            case "session not found" -> new SessionNotFoundException(subject.id(), cause);
            default -> {
                if (subject.path().isEmpty()) {
                    yield new NotFoundException(said, cause);
                }
                yield subject.kind() == Subject.Kind.CODEBASE
                        ? new CodebaseFileNotFoundException(subject.id(), subject.path(), cause)
                        : new FileMissingException(subject.id(), subject.path(), cause);
            }
        };
    }

    private static SandboxException state(String said, Subject subject, Throwable cause) {
        if (said.startsWith("session is closed")) {
            return new SessionClosedException(subject.id(), said, cause);
        }
        if (said.startsWith("sandbox is not running") && subject.kind() == Subject.Kind.SANDBOX) {
            return new SandboxNotRunningException(subject.id(), cause);
        }
        return new InvalidStateException(said, cause);
    }

    private static SandboxException limit(String said, Metadata trailers, Subject subject, Throwable cause) {
        String name = Optional.ofNullable(trailers.get(LIMIT_NAME)).orElse(subject.operation());
        Optional<Long> value = number(trailers.get(LIMIT_VALUE));
        return new ResourceLimitExceededException(
                name,
                value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty(),
                number(trailers.get(RETRY_AFTER)).map(Duration::ofSeconds),
                said,
                cause);
    }

    private static Optional<Long> number(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Long::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
