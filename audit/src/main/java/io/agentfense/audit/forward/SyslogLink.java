package io.agentfense.audit.forward;

import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.audit.outbound.Trust;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection to a receiver of syslog.
 *
 * <p>Syslog has no receipts. A record counts as received once the other side's kernel has acknowledged its bytes and the
 * connection has held for {@link #SETTLED} after that; or once the other side, told that no more comes, has closed the
 * connection without an error, which the kernel makes one if anything was left unread.
 */
final class SyslogLink implements Link {
    static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int MOST_LOOKS = 10;

    /** What was sent and is not settled; the times are of System.nanoTime. */
    private record Sent(Mark last, long end, long at) {}

    private final Destination.Syslog syslog;
    private final String host;
    private final Socket tcp = new Socket();
    private final Socket socket;
    private final OutputStream out;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final Deque<Sent> acknowledged = new ArrayDeque<>();
    private Optional<Mark> received = Optional.empty();
    private boolean finished;
    private long written;
    private long confirmed;
    private long progress = System.nanoTime();
    private long looked = System.nanoTime();

    /**
     * Connects.
     *
     * @param host the name of this machine, for the messages' heads
     * @throws IOException if it can't, or the other side is not whom it should be
     */
    SyslogLink(Destination.Syslog syslog, String host) throws IOException {
        this.syslog = syslog;
        this.host = host;
        try {
            tcp.connect(new InetSocketAddress(syslog.host(), syslog.port()), (int)
                    syslog.timeout().toMillis());
            tcp.setKeepAlive(true);
            tcp.setSoTimeout((int) syslog.timeout().toMillis());
            socket = syslog.tls().isEmpty() ? tcp : secured(syslog.tls().get());
            socket.setSoTimeout(1);
            out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        } catch (IOException | RuntimeException e) {
            tcp.close();
            throw e;
        }
    }

    private Socket secured(TlsFiles files) throws IOException {
        SSLSocket secured =
                (SSLSocket) Trust.of(files).getSocketFactory().createSocket(tcp, syslog.host(), syslog.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        // The names of a certificate are compared with the host's as for HTTPS (RFC 5425, 5.2).
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        try (Deadline _ = Deadline.of(tcp, syslog.timeout())) {
            secured.startHandshake();
        }
        return secured;
    }

    @Override
    public Optional<Refused> send(Batch batch) throws IOException {
        try (Deadline _ = Deadline.of(tcp, syslog.timeout())) {
            for (Batch.Item item : batch.items()) {
                byte[] frame = SyslogMessage.frame(item, syslog.format(), host);
                out.write(frame);
                written += frame.length;
            }
            out.flush();
        }
        if (sent.isEmpty()) {
            progress = System.nanoTime();
        }
        sent.add(new Sent(batch.last(), written, System.nanoTime()));
        return Optional.empty();
    }

    @Override
    public Optional<Mark> received() throws IOException {
        long now = System.nanoTime();
        if (!finished && now - looked >= LOOK.toNanos()) {
            looked = now;
            if (isAtEnd()) {
                throw new IOException("the receiver has closed the connection");
            }
            if (!sent.isEmpty()) {
                noteAcknowledged(now);
            }
        }
        while (!acknowledged.isEmpty() && now - acknowledged.getFirst().at() >= SETTLED.toNanos()) {
            received = Optional.of(acknowledged.removeFirst().last());
        }
        return received;
    }

    private boolean isAtEnd() throws IOException {
        try {
            // A receiver has nothing to say; what it says all the same is dropped.
            return socket.getInputStream().read(new byte[1024]) < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private void noteAcknowledged(long now) throws IOException {
        OptionalLong queue = SendQueue.of(tcp);
        if (queue.isEmpty()) {
            throw new IOException("the connection is gone");
        }
        // Under TLS what is in the queue is longer than what was written, so this is never too much.
        long end = written - queue.getAsLong();
        while (!sent.isEmpty() && sent.getFirst().end() <= end) {
            Sent first = sent.removeFirst();
            acknowledged.add(new Sent(first.last(), first.end(), now));
        }
        if (end > confirmed || sent.isEmpty()) {
            confirmed = Math.max(confirmed, end);
            progress = now;
        }
        if (now - progress > syslog.timeout().toNanos()) {
            throw new IOException("the receiver has acknowledged nothing for " + syslog.timeout());
        }
    }

    @Override
    public void finish(Duration atMost) throws IOException, InterruptedException {
        try (Deadline _ = Deadline.of(tcp, atMost)) {
            socket.setSoTimeout((int) Math.max(1, atMost.toMillis()));
            socket.shutdownOutput();
            boolean ended = isAtEnd();
            while (!ended) {
                ended = isAtEnd();
            }
            // The end may have been on its way before the last bytes were; then these are never acknowledged.
            for (int looks = 0; SendQueue.of(tcp).orElse(1) > 0; looks++) {
                if (looks == MOST_LOOKS) {
                    throw new IOException("the receiver has closed the connection");
                }
                Thread.sleep(LOOK);
            }
        }
        acknowledged.addAll(sent);
        if (!acknowledged.isEmpty()) {
            received = Optional.of(acknowledged.getLast().last());
        }
        sent.clear();
        acknowledged.clear();
        finished = true;
    }

    @Override
    public void close() throws IOException {
        try (Deadline _ = Deadline.of(tcp, LOOK)) {
            // Of TLS this may write, and so wait.
            socket.close();
        }
        tcp.close();
    }
}
