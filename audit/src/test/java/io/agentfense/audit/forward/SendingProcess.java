package io.agentfense.audit.forward;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.Logs;
import io.agentfense.audit.log.AuditLog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A program that appends to a log and forwards it, until it is killed. */
final class SendingProcess {
    private SendingProcess() {}

    /** Arguments: the directory, a webhook's URL, and the port of a receiver of syslog. */
    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[0]);
        AuditLog log = AuditLog.open(path, Logs.OPTIONS);
        Destination webhook = Forwarded.webhook(URI.create(args[1]));
        Destination syslog = new Destination.Syslog(
                "127.0.0.1", Integer.parseInt(args[2]), Optional.empty(), BodyFormat.JSON, Forwarded.TIMEOUT);
        Forwarding forwarding = Forwarding.start(
                log,
                path,
                List.of(new Receiver("webhook", webhook), new Receiver("syslog", syslog)),
                log::offer,
                InstantSource.system());
        for (int i = 0; ; i++) {
            log.append(AuditEvent.of(Instant.now(), "tested").with("number", i).build());
            if (i % 1000 == 999) {
                System.out.println(forwarding.forwarders().getFirst().standing().position());
            }
        }
    }
}
