package io.agentfense.alert.sink;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells the server's log, as {@code agentfense.alerts}. */
final class LogSink implements Sink {
    /** For programs that read the log, so the name is one to be relied upon, and no class's. */
    private static final Logger LOG = LoggerFactory.getLogger("agentfense.alerts");

    @Override
    public void tell(AlertChange change) {
        Alert alert = change.alert();
        LoggingEventBuilder line = LOG.atLevel(level(change))
                .addKeyValue("event", "alert_" + change.state())
                .addKeyValue("alert_id", alert.id())
                .addKeyValue("rule", alert.rule().name())
                .addKeyValue("severity", alert.rule().severity().label())
                .addKeyValue("count", alert.count());
        for (var entry : alert.group().entrySet()) {
            line = line.addKeyValue(entry.getKey(), printable(entry.getValue()));
        }
        line.log(change.state() + ": " + alert.message());
    }

    private static Level level(AlertChange change) {
        if (change instanceof AlertChange.Closed) {
            return Level.INFO;
        }
        return switch (change.alert().rule().severity()) {
            case LOW -> Level.INFO;
            case MEDIUM -> Level.WARN;
            case HIGH, CRITICAL -> Level.ERROR;
        };
    }

    /** Names come from inside: nobody there forges a line, or talks to the operator's terminal. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x21\\x23-\\x7e]", "?");
    }
}
