package io.agentfense.audit.forward;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** Closes a socket unless it is closed itself in time: nothing else ends a write. */
final class Deadline implements AutoCloseable {
    private final Thread watch;

    private Deadline(Thread watch) {
        this.watch = watch;
    }

    static Deadline of(Socket socket, Duration timeout) {
        return new Deadline(Thread.ofVirtual().name("audit-forward-deadline").start(() -> {
            try {
                Thread.sleep(timeout);
                socket.close();
            } catch (InterruptedException | IOException e) {
                // It was in time, or is closed as it can be.
            }
        }));
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
