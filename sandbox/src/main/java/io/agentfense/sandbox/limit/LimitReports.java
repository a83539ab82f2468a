package io.agentfense.sandbox.limit;

import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells of the limits that one sandbox reaches. The first time of each kind is told at once; what follows within
 * {@link #QUIET} is told together, after it. Thread-safe.
 */
public final class LimitReports {
    /** The shortest time between two events of one kind. */
    public static final Duration QUIET = Duration.ofSeconds(5);

    private final SandboxEvents events;
    private final LongSupplier nanoTime;
    private final Map<Resource, Kind> kinds = new EnumMap<>(Resource.class);

    /** To be told to this listener. */
    public LimitReports(SandboxEvents events) {
        this(events, System::nanoTime);
    }

    LimitReports(SandboxEvents events, LongSupplier nanoTime) {
        this.events = events;
        this.nanoTime = nanoTime;
    }

    /** What is told of one kind, and what is not yet. */
    private static final class Kind {
        private long limit;
        private long usage;
        private long untold;
        private long quietUntil;
    }

    /**
     * A limit was reached.
     *
     * @param limit in the resource's unit
     * @param usage in the same unit; of several that are told together the most counts
     * @param times how often, at least once
     */
    public synchronized void reached(Resource resource, long limit, long usage, long times) {
        long now = nanoTime.getAsLong();
        Kind kind = kinds.computeIfAbsent(resource, _ -> {
            Kind first = new Kind();
            first.quietUntil = now;
            return first;
        });
        kind.limit = limit;
        kind.usage = Math.max(kind.usage, usage);
        kind.untold += times;
        tellIfDue(resource, kind, now);
    }

    /** Tells what has waited for long enough. */
    synchronized void tellDue() {
        long now = nanoTime.getAsLong();
        kinds.forEach((resource, kind) -> tellIfDue(resource, kind, now));
    }

    /** Tells all that is left, since nothing will follow. */
    public synchronized void tellAll() {
        kinds.forEach((resource, kind) -> tell(resource, kind, nanoTime.getAsLong()));
    }

    private void tellIfDue(Resource resource, Kind kind, long now) {
        if (now - kind.quietUntil >= 0) {
            tell(resource, kind, now);
        }
    }

    private void tell(Resource resource, Kind kind, long now) {
        if (kind.untold == 0) {
            return;
        }
        events.happened(new SandboxEvent.LimitExceeded(Instant.now(), resource, kind.limit, kind.usage, kind.untold));
        kind.untold = 0;
        kind.usage = 0;
        kind.quietUntil = now + QUIET.toNanos();
    }
}
