package io.agentfense.alert.rule;

import io.agentfense.audit.AuditEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which events are meant. Immutable.
 *
 * @param names names of events, or patterns of them, at least one; patterns never mean events of alerts
 * @param where what must hold for fields, by their names
 */
public record EventMatch(List<String> names, Map<String, Condition> where) {
    /** What the names of events begin with that alerts themselves make. */
    public static final String OF_ALERTS = "alert_";

    /** Keeps copies, in their order. */
    public EventMatch {
        names = List.copyOf(names);
        where = Collections.unmodifiableMap(new LinkedHashMap<>(where));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("needs the name of an event");
        }
    }

    /** All events of some names. */
    public static EventMatch of(String... names) {
        return new EventMatch(List.of(names), Map.of());
    }

    /** Whether the event is meant. Every event of a server is asked that of every rule. */
    public boolean matches(AuditEvent event) {
        if (!named(event.event())) {
            return false;
        }
        for (Map.Entry<String, Condition> entry : where.entrySet()) {
            if (!entry.getValue().holds(event.fields().get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether an event of that name may be meant. */
    public boolean named(String event) {
        for (String name : names) {
            if (named(name, event)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it names events that alerts make. */
    public boolean isOfAlerts() {
        return names.stream().anyMatch(name -> !Glob.isGlob(name) && name.startsWith(OF_ALERTS));
    }

    private static boolean named(String name, String event) {
        return Glob.isGlob(name) ? !event.startsWith(OF_ALERTS) && new Glob(name).matches(event) : name.equals(event);
    }
}
