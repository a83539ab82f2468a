package io.agentfense.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which records of the audit log are wanted. What is empty leaves nothing out.
 *
 * @param events only these, by their names
 * @param from from then on
 * @param until before then
 * @param path a glob over paths as records have them, {@code /workspace/…}
 * @param after only records with a greater number
 * @param limit at most so many, up to 100,000; 0 for all
 * @param newestFirst the last ones, if there is a limit, and from the newest on
 */
public record AuditQuery(
        Optional<String> sandboxId,
        Optional<String> userId,
        Set<String> events,
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<String> path,
        long after,
        int limit,
        boolean newestFirst) {
    /** All of them, in their order. */
    public static final AuditQuery ALL = new AuditQuery(
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            false);

    /** Copies the names. */
    public AuditQuery {
        events = Set.copyOf(events);
    }

    /** Only those of a sandbox. */
    public AuditQuery ofSandbox(String id) {
        return new AuditQuery(Optional.of(id), userId, events, from, until, path, after, limit, newestFirst);
    }

    /** Only those of a user. */
    public AuditQuery ofUser(String id) {
        return new AuditQuery(sandboxId, Optional.of(id), events, from, until, path, after, limit, newestFirst);
    }

    /** Only those of these events, such as {@code permission_denied}. */
    public AuditQuery of(String... names) {
        return new AuditQuery(sandboxId, userId, Set.of(names), from, until, path, after, limit, newestFirst);
    }

    /** Only those from a time on. */
    public AuditQuery from(Instant time) {
        return new AuditQuery(sandboxId, userId, events, Optional.of(time), until, path, after, limit, newestFirst);
    }

    /** Only those before a time. */
    public AuditQuery until(Instant time) {
        return new AuditQuery(sandboxId, userId, events, from, Optional.of(time), path, after, limit, newestFirst);
    }

    /** Only those that are about a path which a glob names, such as {@code /workspace/.env*}. */
    public AuditQuery at(String glob) {
        return new AuditQuery(sandboxId, userId, events, from, until, Optional.of(glob), after, limit, newestFirst);
    }

    /** Only those after the record of a number. */
    public AuditQuery after(long sequence) {
        return new AuditQuery(sandboxId, userId, events, from, until, path, sequence, limit, newestFirst);
    }

    /** The first so many. */
    public AuditQuery first(int number) {
        return new AuditQuery(sandboxId, userId, events, from, until, path, after, number, false);
    }

    /** The last so many, from the newest on. */
    public AuditQuery last(int number) {
        return new AuditQuery(sandboxId, userId, events, from, until, path, after, number, true);
    }
}
