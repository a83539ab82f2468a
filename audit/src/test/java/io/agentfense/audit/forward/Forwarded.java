package io.agentfense.audit.forward;

import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.outbound.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** A log and what forwards it, for tests. Gaps are told in the log itself. */
record Forwarded(AuditLog log, Forwarding forwarding) implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    static Forwarded start(Path path, Destination... destinations) throws IOException {
        return start(AuditLog.open(path, Logs.OPTIONS), path, destinations);
    }

    static Forwarded start(AuditLog log, Path path, Destination... destinations) throws IOException {
        List<Receiver> receivers = new java.util.ArrayList<>();
        for (Destination destination : destinations) {
            receivers.add(new Receiver("receiver" + receivers.size(), destination));
        }
        try {
            return new Forwarded(log, Forwarding.start(log, path, receivers, log::offer, InstantSource.system()));
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    static Destination webhook(URI url) {
        return new Destination.Webhook(
                url, Optional.empty(), Optional.empty(), TlsFiles.USUAL, BodyFormat.JSON, TIMEOUT);
    }

    static Path secret(Path file, String text) throws IOException {
        return Files.setPosixFilePermissions(
                Files.writeString(file, text), PosixFilePermissions.fromString("rw-------"));
    }

    void append(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            log.append(Logs.denial(i));
        }
    }

    Standing standing() {
        return forwarding.forwarders().getFirst().standing();
    }

    static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Override
    public void close() throws IOException {
        forwarding.close();
        log.close();
    }
}
