package io.agentfense.server.sandbox;

import io.agentfense.audit.format.NameText;
import io.agentfense.sandbox.event.SandboxEvent;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes the events of one sandbox to the log, each with its fields, as {@code agentfense.events}. What is inside decides
 * how many there are: beyond {@link #A_SECOND} they are counted, and the next line says how many it stands for. Thread-safe.
 */
final class EventLines {
    /** The most lines of one sandbox in a second. */
    static final int A_SECOND = 10;

    /** The fields of a line are for programs that read them, so the name is one to be relied upon, and no class's. */
    private static final Logger LOG = LoggerFactory.getLogger("agentfense.events");

    private final String sandboxId;
    private final String ownerId;
    private long second;
    private int lines;
    private long unwritten;

    EventLines(String sandboxId, String ownerId) {
        this.sandboxId = sandboxId;
        this.ownerId = ownerId;
    }

    synchronized void write(SandboxEvent event) {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            lines = 0;
        }
        if (lines >= A_SECOND) {
            unwritten++;
            return;
        }
        lines++;
        boolean asMeant = event instanceof SandboxEvent.CredentialUsed;
        LoggingEventBuilder line = (asMeant ? LOG.atInfo() : LOG.atWarn())
                .addKeyValue("timestamp", event.at())
                .addKeyValue("event", EventLog.name(event))
                .addKeyValue("sandbox_id", sandboxId)
                .addKeyValue("user_id", ownerId);
        if (unwritten > 0) {
            line = line.addKeyValue("unwritten", unwritten);
            unwritten = 0;
        }
        fields(line, event).log("an event in a sandbox");
    }

    private static LoggingEventBuilder fields(LoggingEventBuilder line, SandboxEvent event) {
        return switch (event) {
            case SandboxEvent.LimitExceeded limit ->
                line.addKeyValue("resource", limit.resource().key())
                        .addKeyValue("limit", limit.limit())
                        .addKeyValue("usage", limit.usage())
                        .addKeyValue("count", limit.count());
            case SandboxEvent.NetworkDenied denied ->
                line.addKeyValue("transport", denied.transport())
                        .addKeyValue("host", printable(denied.host()))
                        .addKeyValue("port", denied.port())
                        .addKeyValue("rule", printable(denied.rule()));
            case SandboxEvent.SecretFound secret ->
                line.addKeyValue("path", printable(NameText.of(secret.path())))
                        .addKeyValue("rule", secret.rule())
                        .addKeyValue("line", secret.line())
                        .addKeyValue("outcome", secret.outcome());
            case SandboxEvent.SecretVariable secret ->
                line.addKeyValue("variable", printable(secret.variable()))
                        .addKeyValue("rule", secret.rule())
                        .addKeyValue("outcome", secret.outcome());
            case SandboxEvent.CredentialUsed use ->
                line.addKeyValue("secret", use.secret())
                        .addKeyValue("host", printable(use.host()))
                        .addKeyValue("port", use.port())
                        .addKeyValue("method", printable(use.method()))
                        .addKeyValue("url_path", printable(use.path()))
                        .addKeyValue("status", use.status())
                        .addKeyValue("count", use.count());
        };
    }

    /** Names come from inside: nobody there forges a line, or talks to the operator's terminal. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x21\\x23-\\x7e]", "?");
    }
}
