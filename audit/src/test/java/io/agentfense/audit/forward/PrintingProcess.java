package io.agentfense.audit.forward;

import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.Durability;
import java.io.IOException;
import java.nio.file.Path;

/** A program that appends a hundred records to a log and forwards them to its standard output. */
final class PrintingProcess {
    private PrintingProcess() {}

    /** Argument: the directory. */
    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[0]);
        AuditLog log = AuditLog.open(path, Logs.OPTIONS.with(Durability.SYNC));
        try (Forwarded forwarded = Forwarded.start(log, path, new Destination.Stdout(BodyFormat.JSON))) {
            for (int i = 0; i < 99; i++) {
                log.append(Logs.denial(i));
            }
            log.append(Logs.denial(99)).await();
            forwarded.forwarding().close();
        }
    }
}
