package io.agentfense.audit.repeat;

import io.agentfense.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of events, the first of each kind at once and the rest of a few seconds in one with their {@code count}. Events are
 * grouped, by sandbox for instance, and each group has a number of kinds that it may have at a time: what goes beyond is
 * counted in one {@code events_dropped} of the group, so that no group's flood hides another's events. The counts (1 where
 * there is none) add up to what happened. Thread-safe.
 */
public final class Repetitions implements AutoCloseable {
    /** A group's kinds, unless another number is given. */
    public static final int MOST_KINDS = 256;

    /** How long the rest is counted, unless another time is given. */
    public static final Duration WINDOW = Duration.ofSeconds(5);

    private static final int MOST_GROUPS = 16_384;
    /** Stands for all groups beyond those. */
    private static final String OTHERS = "";

    private static final class Kind {
        private final AuditEvent first;
        private Instant last;
        private long untold;

        Kind(AuditEvent first) {
            this.first = first;
            this.last = first.timestamp();
        }
    }

    private static final class Group {
        private final Map<Object, Kind> kinds = new LinkedHashMap<>();
        private long dropped;
    }

    private final String field;
    private final Duration window;
    private final int mostKinds;
    private final InstantSource clock;
    private final Consumer<AuditEvent> sink;
    private final ScheduledExecutorService timer;
    private Map<String, Group> groups = new LinkedHashMap<>();

    /**
     * Tells a sink, which is called by the threads that note events and by one more; it returns soon and does not throw.
     *
     * @param field the field that names an event's group, such as {@code sandbox_id}
     */
    public Repetitions(String field, Consumer<AuditEvent> sink) {
        this(field, WINDOW, MOST_KINDS, InstantSource.system(), sink);
    }

    /**
     * Tells a sink, as {@link #Repetitions(String, Consumer)}.
     *
     * @param window how long the rest is counted
     * @param mostKinds how many kinds of events a group may have within that time
     * @param clock the time of what is told
     */
    public Repetitions(String field, Duration window, int mostKinds, InstantSource clock, Consumer<AuditEvent> sink) {
        this.field = field;
        this.window = window;
        this.mostKinds = mostKinds;
        this.clock = clock;
        this.sink = sink;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("audit-repetitions").daemon().factory());
    }

    /**
     * Takes note of an event.
     *
     * @param group the value of the field that names its group
     * @param kind what makes two events the same; has to have {@code equals} and {@code hashCode}
     * @param event makes the event; called only if it is the first of its kind
     */
    public void note(String group, Object kind, Supplier<AuditEvent> event) {
        AuditEvent first = count(group, kind, event);
        if (first != null) {
            sink.accept(first);
        }
    }

    private synchronized @Nullable AuditEvent count(String name, Object kind, Supplier<AuditEvent> event) {
        if (timer.isShutdown()) {
            return event.get();
        }
        if (groups.isEmpty()) {
            var _ = timer.schedule(this::tellRest, window.toNanos(), TimeUnit.NANOSECONDS);
        }
        String known = groups.containsKey(name) || groups.size() < MOST_GROUPS ? name : OTHERS;
        Group group = groups.computeIfAbsent(known, _ -> new Group());
        Kind counted = group.kinds.get(kind);
        if (counted != null) {
            counted.untold++;
            counted.last = clock.instant();
            return null;
        }
        if (group.kinds.size() >= mostKinds || known.equals(OTHERS)) {
            group.dropped++;
            return null;
        }
        AuditEvent first = event.get();
        group.kinds.put(kind, new Kind(first));
        return first;
    }

    /** Tells what was only counted so far. */
    public void tellRest() {
        rest().forEach(sink);
    }

    private synchronized List<AuditEvent> rest() {
        List<AuditEvent> rest = new ArrayList<>();
        groups.forEach((name, group) -> {
            for (Kind kind : group.kinds.values()) {
                if (kind.untold > 0) {
                    rest.add(repeated(kind));
                }
            }
            if (group.dropped > 0) {
                rest.add(AuditEvent.of(clock.instant(), "events_dropped")
                        .with(field, name)
                        .with("count", group.dropped)
                        .with("reason", "too many kinds of events to tell each")
                        .build());
            }
        });
        groups = new LinkedHashMap<>();
        return rest;
    }

    private static AuditEvent repeated(Kind kind) {
        LinkedHashMap<String, Object> fields = new LinkedHashMap<>(kind.first.fields());
        fields.put("count", kind.untold);
        return new AuditEvent(kind.last, kind.first.event(), fields);
    }

    /** Tells the rest, and counts no more: what is noted from then on is told each time. */
    @Override
    public void close() {
        synchronized (this) {
            timer.shutdownNow();
        }
        tellRest();
    }
}
