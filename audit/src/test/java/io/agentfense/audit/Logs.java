package io.agentfense.audit;

import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Logs for tests. */
public final class Logs {
    public static final AuditLogOptions OPTIONS = AuditLogOptions.DEFAULT.with(Durability.BATCHED);

    private Logs() {}

    public static AuditEvent denial(int number) {
        return AuditEvent.of(Instant.now(), "permission_denied")
                .with("sandbox_id", "sb_" + number % 3)
                .with("path", "/workspace/src/" + number + "/.env")
                .with("operation", "open")
                .with("permission", "none")
                .with("user_id", "user_" + number % 2)
                .build();
    }

    /** Writes a log of so many denials that is closed as it should be. */
    public static void write(Path directory, AuditLogOptions options, int denials) throws IOException {
        try (AuditLog log = AuditLog.open(directory, options)) {
            for (int i = 0; i < denials; i++) {
                log.append(denial(i));
            }
        }
    }

    /** A log of several files, closed ones compressed: about so many denials, 40 to a file. */
    public static void writeFiles(Path directory, int denials) throws IOException {
        AuditLogOptions options =
                OPTIONS.withRotation(40 * 280, Duration.ofDays(1)).withCheckpoints(25, Duration.ofDays(1));
        try (AuditLog log = AuditLog.open(directory, options)) {
            for (int i = 0; i < denials; i++) {
                // One by one, so that the file is looked at after each.
                log.append(denial(i), Durability.SYNC).await();
            }
            org.awaitility.Awaitility.await()
                    .until(() -> files(directory, ".jsonl").size() == 1);
        }
    }

    public static List<Path> files(Path directory, String end) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.getFileName().toString().endsWith(end))
                    .sorted()
                    .toList();
        }
    }
}
