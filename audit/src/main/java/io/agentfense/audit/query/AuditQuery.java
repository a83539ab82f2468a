package io.agentfense.audit.query;

import io.agentfense.audit.AuditRecord;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records somebody wants.
 *
 * @param sandbox of this sandbox ({@code sandbox_id}); null for any
 * @param user of this user ({@code user_id}); null for any
 * @param events of these events; empty for any
 * @param from not before this time; null for no matter
 * @param until before this time; null for no matter
 * @param path of such a {@code path}; null for any, and for records without one
 * @param after with a larger number than this
 * @param limit how many at most; 0 for all
 * @param newestFirst the last first, else the first; the limit counts from there
 */
public record AuditQuery(
        @Nullable String sandbox,
        @Nullable String user,
        Set<String> events,
        @Nullable Instant from,
        @Nullable Instant until,
        @Nullable PathPattern path,
        long after,
        int limit,
        boolean newestFirst) {
    /** Every record, the first first. */
    public static final AuditQuery ALL = new AuditQuery(null, null, Set.of(), null, null, null, 0, 0, false);

    /** Keeps a copy of the set. */
    public AuditQuery {
        events = Set.copyOf(events);
    }

    /** Whether a record is wanted, as far as limit and order don't matter. */
    public boolean wants(AuditRecord record) {
        var event = record.event();
        String at = event.text("path");
        return record.sequence() > after
                && (events.isEmpty() || events.contains(event.event()))
                && (sandbox == null || sandbox.equals(event.text("sandbox_id")))
                && (user == null || user.equals(event.text("user_id")))
                && (from == null || !event.timestamp().isBefore(from))
                && (until == null || event.timestamp().isBefore(until))
                && (path == null || at != null && path.matches(at));
    }

    /** The same of one sandbox. */
    public AuditQuery ofSandbox(@Nullable String sandbox) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same of one user. */
    public AuditQuery ofUser(@Nullable String user) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same of some events. */
    public AuditQuery of(Set<String> events) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same of a time. */
    public AuditQuery between(@Nullable Instant from, @Nullable Instant until) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same of some paths. */
    public AuditQuery at(@Nullable PathPattern path) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same behind a record. */
    public AuditQuery after(long after) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }

    /** The same, the first so many, or the last. */
    public AuditQuery limited(int limit, boolean newestFirst) {
        return new AuditQuery(sandbox, user, events, from, until, path, after, limit, newestFirst);
    }
}
