package io.agentfense.audit.log;

import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A program that appends until it is killed, and prints what it was told is on the disk. */
final class Appending {
    private static final int THREADS = 8;

    private Appending() {}

    /** What runs it over a directory, with a word that makes the numbers of this run its own. */
    static List<String> command(Path directory, String word) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Appending.class.getName(),
                directory.toString(),
                word);
    }

    /** Arguments: the directory, and a word that makes the numbers of this run its own. */
    public static void main(String[] args) throws IOException, InterruptedException {
        AuditLogOptions options = AuditLogOptions.DEFAULT
                .withRotation(30_000, Duration.ofDays(1))
                .withCheckpoints(50, Duration.ofMillis(50));
        AuditLog log = AuditLog.open(Path.of(args[0]), options);
        for (int i = 0; i < THREADS; i++) {
            String name = args[1] + "-" + i + "-";
            Thread.ofPlatform().start(() -> append(log, name));
        }
        Thread.currentThread().join();
    }

    private static void append(AuditLog log, String name) {
        try {
            for (int i = 0; ; i++) {
                log.append(AuditEvent.of(Instant.now(), "tested")
                                .with("name", name + i)
                                .build())
                        .await();
                // One write of one line: a pipe keeps it whole.
                System.out.println(name + i);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
