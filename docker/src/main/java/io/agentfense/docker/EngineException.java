package io.agentfense.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An engine that is not there, or refuses. The message says what it said, and what to do if that is known. */
public final class EngineException extends IOException {
    private static final long serialVersionUID = 1;

    /** The engine puts what it has to say into JSON; docker-java hands that on as it is. */
    private static final Pattern SAID = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final int status;

    private EngineException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    static EngineException refused(DockerException e) {
        Matcher said = SAID.matcher(String.valueOf(e.getMessage()));
        String message = said.find() ? said.group(1).replace("\\\"", "\"").replace("\\n", " ") : e.getMessage();
        return new EngineException("the Docker Engine refused: " + message, e.getHttpStatus(), e);
    }

    static EngineException absent(URI host, RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return absent(host, root.getMessage(), e);
    }

    static EngineException mute(URI host, Duration waited) {
        return absent(host, "no answer within " + waited.toSeconds() + " s", null);
    }

    private static EngineException absent(URI host, @Nullable String reason, @Nullable Throwable cause) {
        return new EngineException(
                "no Docker Engine answers at " + host + " (" + reason
                        + "); start it, or set runtime.docker.host to where it listens",
                0,
                cause);
    }

    /** Whether it was there and knows no such thing. */
    public boolean isNotFound() {
        return status == 404;
    }

    /** Whether nobody answered. */
    public boolean isAbsent() {
        return status == 0;
    }
}
