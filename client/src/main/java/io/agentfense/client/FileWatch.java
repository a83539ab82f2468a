package io.agentfense.client;

import io.agentfense.api.ours.v1.WatchEvent;
import java.util.Optional;

/**
 * Changes below a directory of a sandbox, as its rules show them. The server sends no more of them than are taken; who takes
 * too few is told so by {@link FileEvent.Overflow}. For one thread at a time, but for {@link #close}; close it.
 */
public final class FileWatch implements AutoCloseable {
    private static final String SANDBOX_ENDED = "a sandbox that has ended";

    private final Answers<WatchEvent> answers;

    private FileWatch(Answers<WatchEvent> answers) {
        this.answers = answers;
    }

    /** Waits until it misses nothing. */
    static FileWatch begin(Answers<WatchEvent> answers) {
        FileWatch watch = new FileWatch(answers);
        try {
            WatchEvent first = answers.next();
            if (first == null || first.getKind() != WatchEvent.Kind.READY) {
                throw new ServerFailureException("the watch did not say that it is ready", null);
            }
            return watch;
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    /**
     * Waits for the next one; none when the sandbox has ended.
     *
     * @throws InvalidStateException if the watch can't go on
     * @throws CallCancelledException if it was closed
     */
    public Optional<FileEvent> next() {
        try {
            WatchEvent event = answers.next();
            return event == null ? Optional.empty() : Optional.of(of(event));
        } catch (InvalidStateException e) {
            // The server's words tell the end of a sandbox from a watch that broke.
            if (String.valueOf(e.getMessage()).contains(SANDBOX_ENDED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static FileEvent of(WatchEvent event) {
        return switch (event.getKind()) {
            case CREATED -> new FileEvent.Created(event.getPath());
            case MODIFIED -> new FileEvent.Modified(event.getPath());
            case REMOVED -> new FileEvent.Removed(event.getPath());
            case OVERFLOW -> new FileEvent.Overflow();
            case READY, KIND_UNSPECIFIED, UNRECOGNIZED -> throw Unknown.value("kind of event", event.getKindValue());
        };
    }

    /** Ends it; a thread that waits in {@link #next} gets a {@link CallCancelledException}. The second time does nothing. */
    @Override
    public void close() {
        answers.close();
    }
}
