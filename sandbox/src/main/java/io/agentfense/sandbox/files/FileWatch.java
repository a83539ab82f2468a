package io.agentfense.sandbox.files;

import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.guest.ProtocolException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A watch over a directory of a sandbox, until it is closed or fails. Thread-safe. */
public final class FileWatch implements AutoCloseable {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final FileProgram program;

    FileWatch(Sandbox sandbox, SandboxPath path, FileRequest request, Consumer<FileEvent> listener) throws IOException {
        program = FileProgram.start(sandbox, path, request, new byte[0], null, received -> {
            if (!(received instanceof FileRecord.Event event)) {
                throw new ProtocolException("no event");
            }
            listener.accept(event.event());
        });
        Thread.ofPlatform().daemon().name("file-watch").start(this::serve);
    }

    private void serve() {
        try {
            program.await();
            end.complete(null);
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    /** Completes with the reason when the watch ends: a {@link FileException}, or the end of the sandbox. */
    public CompletableFuture<Void> end() {
        return end.copy();
    }

    /** Ends the watch; an event may still come. */
    @Override
    public void close() {
        program.kill();
    }
}
