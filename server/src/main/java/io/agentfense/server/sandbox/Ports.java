package io.agentfense.server.sandbox;

import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.StreamSocket;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ports of running sandboxes, on their loopback device, reached from outside. Thread-safe. */
public final class Ports {
    private static final int MOST = 65_535;

    /** The guest program gives up after two seconds for each of IPv4 and IPv6. */
    private static final int TO_CONNECT_SECONDS = 10;

    private final Sandboxes sandboxes;

    /** Of these sandboxes. */
    public Ports(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /**
     * Connects to a port. The socket is the caller's, to be closed.
     *
     * @param port in decimal
     * @throws Refusal NOT_FOUND; INVALID; PRECONDITION if the sandbox does not run or nothing listens; EXHAUSTED if it has
     *     as many connections as it may
     */
    public Connection connect(String sandboxId, String port) throws Refusal {
        int number = number(port);
        RunningSandbox running = sandboxes.running(sandboxId);
        if (!running.reached().tryAcquire()) {
            throw new Refusal(Kind.EXHAUSTED, "the sandbox has as many connections to its ports as it may");
        }
        boolean connected = false;
        try {
            Connection connection = new Connection(new StreamSocket(connect(running, number)), running);
            connected = true;
            running.connections().add(connection);
            if (running.isIsolated()) {
                // Whoever cut the others off may not have seen this one.
                connection.close();
                running.refuseIfIsolated();
                throw Refusal.notRunning();
            }
            return connection;
        } finally {
            if (!connected) {
                running.reached().release();
            }
        }
    }

    private static int number(String port) throws Refusal {
        int number = port.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(port) : 0;
        if (number == 0 || number > MOST) {
            throw new Refusal(Kind.INVALID, "port: a number from 1 to " + MOST);
        }
        return number;
    }

    private static int connect(RunningSandbox running, int port) throws Refusal {
        try {
            return running.sandbox().network().connect(port).get(TO_CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Kind.CANCELLED, "interrupted", e);
        } catch (TimeoutException e) {
            throw new Refusal(Kind.PRECONDITION, "port " + port + " of the sandbox does not answer", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinuxException refused && refused.errno() != Errno.EPIPE) {
                boolean silent = refused.errno() == Errno.ETIMEDOUT;
                throw new Refusal(
                        Kind.PRECONDITION,
                        silent
                                ? "port " + port + " of the sandbox does not answer"
                                : "nothing listens on port " + port + " of the sandbox",
                        e);
            }
            throw Refusal.notRunning();
        } catch (IOException e) {
            throw running.refusal("the network of the sandbox can't be reached", e);
        }
    }

    /** A connection that counts until it is closed. Its socket's rules for threads hold. */
    public static final class Connection implements AutoCloseable {
        private final StreamSocket socket;
        private final RunningSandbox running;
        private boolean closed;

        private Connection(StreamSocket socket, RunningSandbox running) {
            this.socket = socket;
            this.running = running;
        }

        /** Both directions. */
        public StreamSocket socket() {
            return socket;
        }

        /** Whether it was closed here, and not by the other side. */
        public synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                socket.close();
                running.connections().remove(this);
                running.reached().release();
            }
        }
    }
}
