package io.agentfense.server.rest;

import com.linecorp.armeria.common.stream.StreamWriter;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Sends a client one thing after another, no faster than it takes them. Stateless. */
final class Consumption {
    private Consumption() {}

    /**
     * Sends something and waits until the client has taken it.
     *
     * @throws IOException if the client went away
     */
    static <T> void send(StreamWriter<T> out, T part) throws IOException {
        if (!out.tryWrite(part)) {
            throw new IOException("the client went away");
        }
        try {
            out.whenConsumed().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the client went away", e);
        }
    }
}
