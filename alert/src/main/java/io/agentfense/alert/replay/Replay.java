package io.agentfense.alert.replay;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.evaluate.Evaluator;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Goes through logs of the past with rules; nobody is told and nothing is done. Not thread-safe. */
public final class Replay {
    /** Events that are only that much older than those before them came on different ways. */
    private static final Duration DISORDER = Duration.ofMinutes(1);

    private final Evaluator evaluator;
    private final List<String> notes = new ArrayList<>();
    private Instant latest = Instant.MIN;
    private long events;

    /**
     * A replay that has read nothing.
     *
     * @param changes hears what would have become of alerts, while {@link #read} runs
     */
    public Replay(List<AlertRule> rules, Consumer<AlertChange> changes) {
        evaluator = new Evaluator(rules, changes);
    }

    /**
     * Reads one log. Of several, the oldest comes first: time does not go back.
     *
     * @throws IOException if it can't be read, or has a line that is none of a log
     */
    public void read(Path file) throws IOException {
        boolean disordered = false;
        try (EventReader reader = EventReader.open(file)) {
            for (AuditEvent event = reader.next(); event != null; event = reader.next()) {
                disordered |= latest.isAfter(Instant.MIN) && event.timestamp().isBefore(latest.minus(DISORDER));
                latest = event.timestamp().isAfter(latest) ? event.timestamp() : latest;
                events++;
                evaluator.accept(event);
            }
            if (reader.isTorn()) {
                notes.add(file + ": its last line is not whole and was left out");
            }
        }
        if (disordered) {
            notes.add(file + ": has events that are older than what was read before; give the oldest log first");
        }
    }

    /** How many events were read. */
    public long events() {
        return events;
    }

    /** The alerts that are still open. */
    public List<Alert> open() {
        return evaluator.open();
    }

    /** How many groups were forgotten since a rule had too many. */
    public long forgotten() {
        return evaluator.forgotten();
    }

    /** What was odd about the logs. */
    public List<String> notes() {
        return List.copyOf(notes);
    }
}
