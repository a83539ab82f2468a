package io.agentfense.server.config;

import io.agentfense.audit.forward.Receiver;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.log.OnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code audit}.
 *
 * @param enabled whether anything is written down
 * @param path the directory of the log
 * @param durability when a call is answered whose record is being written
 * @param onFailure what happens while records can't be written
 * @param retention how long records are kept at least; zero for ever
 * @param rotateBytes at what size a file is closed
 * @param rotateAfter how long a file is written to, at most
 * @param forward who gets the records
 */
public record AuditConfig(
        boolean enabled,
        Path path,
        Durability durability,
        OnFailure onFailure,
        Duration retention,
        long rotateBytes,
        Duration rotateAfter,
        List<Receiver> forward) {
    /** Keeps a copy of the receivers. */
    public AuditConfig {
        forward = List.copyOf(forward);
    }
}
