package io.agentfense.server.store;

import io.agentfense.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The sandboxes. Thread-safe. */
public final class SandboxTable {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Sql sql;

    SandboxTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * Adds a sandbox if its owner may have another: counted and added in one transaction, so that any number of these
     * at once never make more than the quota.
     */
    public Insertion insert(SandboxRecord sandbox, SandboxQuota quota) {
        try {
            return sql.write(handle -> insert(handle, sandbox, quota));
        } catch (StoreException e) {
            if (Sql.isForeignKeyFailure(e)) {
                return new Insertion.NoCodebase();
            }
            throw e;
        }
    }

    private static Insertion insert(Handle handle, SandboxRecord sandbox, SandboxQuota quota) {
        String owner = sandbox.ownerId();
        Instant now = sandbox.createdAt();
        UserTable.lock(handle, owner, now);
        if (quota.sandboxes() > 0 && count(handle, owner) >= quota.sandboxes()) {
            return new Insertion.TooMany(quota.sandboxes());
        }
        if (quota.createdPerHour() > 0) {
            Optional<Instant> blocking = CreationTable.newest(handle, owner, quota.createdPerHour(), now.minus(HOUR));
            if (blocking.isPresent()) {
                return new Insertion.TooFast(
                        quota.createdPerHour(), blocking.get().plus(HOUR));
            }
        }
        SandboxRow.insert(handle, sandbox);
        CreationTable.insert(handle, owner, now);
        return new Insertion.Done();
    }

    private static long count(Handle handle, String owner) {
        return handle.createQuery("SELECT COUNT(*) FROM sandboxes WHERE owner_id = ?")
                .bind(0, owner)
                .mapTo(Long.class)
                .one();
    }

    /** A sandbox by its id. */
    public Optional<SandboxRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM sandboxes WHERE id = ?")
                .bind(0, id)
                .map(SandboxRow.MAPPER)
                .findOne());
    }

    /**
     * A page in the order of creation.
     *
     * @throws PageTokenException for a token that is none
     */
    public Page<SandboxRecord> list(SandboxFilter filter, PageRequest request) {
        Keyset keyset = new Keyset("SELECT * FROM sandboxes");
        filter.ownerId().ifPresent(owner -> keyset.where("owner_id = ?", owner));
        filter.codebaseId().ifPresent(codebase -> keyset.where("codebase_id = ?", codebase));
        filter.state().ifPresent(state -> keyset.where("state = ?", state.name()));
        filter.labels()
                .forEach((name, value) -> keyset.where(
                        "id IN (SELECT sandbox_id FROM sandbox_labels WHERE name = ? AND value = ?)", name, value));
        return sql.read(handle -> keyset.page(
                handle, request, SandboxRow.MAPPER, last -> Keyset.token(Column.micros(last.createdAt()), last.id())));
    }

    /** Sandboxes in any state that should have gone by a time, the oldest first. */
    public List<SandboxRecord> expired(Instant now) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM sandboxes WHERE expires_at <= ? ORDER BY expires_at, id")
                        .bind(0, Column.micros(now))
                        .map(SandboxRow.MAPPER)
                        .list());
    }

    /** Says for people what a sandbox waits for, while it does not run. */
    public void say(String id, String reason) {
        sql.change(handle -> handle.createUpdate(
                        "UPDATE sandboxes SET reason = :reason WHERE id = :id AND state <> :running")
                .bind("reason", reason)
                .bind("id", id)
                .bind("running", SandboxState.RUNNING.name())
                .execute());
    }

    /**
     * Moves a sandbox from one state to another, if it still is in the first. RUNNING sets when it was started, leaving
     * RUNNING when it was stopped.
     *
     * @param reason for people; empty if there is nothing to say
     * @return false if it is in another state by now, or gone
     * @throws IllegalArgumentException if the second state may not follow the first
     */
    public boolean move(String id, SandboxState from, SandboxState to, String reason, Instant at) {
        if (!from.canBecome(to)) {
            throw new IllegalArgumentException("a sandbox that is " + from + " can't become " + to);
        }
        String time = to == SandboxState.RUNNING ? ", started_at = :at" : "";
        time += from == SandboxState.RUNNING ? ", stopped_at = :at" : "";
        String update =
                "UPDATE sandboxes SET state = :to, reason = :reason" + time + " WHERE id = :id AND state = :from";
        return sql.change(handle -> {
            var statement = handle.createUpdate(update)
                    .bind("to", to.name())
                    .bind("reason", reason)
                    .bind("id", id)
                    .bind("from", from.name());
            if (update.contains(":at")) {
                statement.bind("at", Column.micros(at));
            }
            return statement.execute();
        });
    }

    /**
     * Moves a sandbox to RUNNING from another state, if it still is in that.
     *
     * @param deltaId which it writes to
     * @param phases how long the steps of the start took
     * @param degraded keys of limits that could not be enforced
     * @return false if it is in another state by now, or gone
     * @throws IllegalArgumentException if RUNNING may not follow the first state
     */
    public boolean started(
            String id,
            SandboxState from,
            String deltaId,
            Map<String, Duration> phases,
            List<String> degraded,
            Instant at) {
        if (!from.canBecome(SandboxState.RUNNING)) {
            throw new IllegalArgumentException("a sandbox that is " + from + " can't be started");
        }
        return sql.change(handle -> handle.execute(
                "UPDATE sandboxes SET state = 'RUNNING', reason = '', started_at = ?, delta_id = ?, start_phases = ?,"
                        + " degraded = ? WHERE id = ? AND state = ?",
                Column.micros(at),
                deltaId,
                Json.durations(phases),
                Json.list(degraded),
                id,
                from.name()));
    }

    /** After a crash: every sandbox that was running is stopped. Returns how many. */
    public int stopAllRunning(String reason, Instant at) {
        return sql.write(handle -> handle.execute(
                "UPDATE sandboxes SET state = 'STOPPED', reason = ?, stopped_at = ? WHERE state = 'RUNNING'",
                reason,
                Column.micros(at)));
    }

    /**
     * Sets labels that the sandbox does not have yet; those that it has stay as they are.
     *
     * @return all that it has then; empty if there is no such sandbox
     */
    public Optional<Map<String, String>> addLabels(String id, Map<String, String> added) {
        return sql.write(handle -> SandboxRow.labels(handle, id).map(labels -> {
            Map<String, String> all = new LinkedHashMap<>(labels);
            added.forEach(all::putIfAbsent);
            SandboxRow.setLabels(handle, id, all);
            return all;
        }));
    }

    /** Removes labels, as far as the sandbox has them; false if there is no such sandbox. */
    public boolean removeLabels(String id, Set<String> removed) {
        return sql.write(handle -> SandboxRow.labels(handle, id)
                .map(labels -> {
                    Map<String, String> left = new LinkedHashMap<>(labels);
                    left.keySet().removeAll(removed);
                    SandboxRow.setLabels(handle, id, left);
                    return true;
                })
                .orElse(false));
    }

    /** Replaces the rules; false if there is no such sandbox. */
    public boolean setRules(String id, List<Rule> rules) {
        return set(id, "rules", Json.rules(rules));
    }

    /** Sets which delta it writes to; false if there is no such sandbox. */
    public boolean setDelta(String id, String deltaId) {
        return set(id, "delta_id", deltaId);
    }

    /** Sets when it expires; false if there is no such sandbox. */
    public boolean setExpiry(String id, Instant expiresAt) {
        return set(id, "expires_at", Column.micros(expiresAt));
    }

    private boolean set(String id, String column, Object value) {
        return sql.change(handle -> handle.execute("UPDATE sandboxes SET " + column + " = ? WHERE id = ?", value, id));
    }

    /** Removes a sandbox with its sessions, labels and snapshots; false if it is gone already. */
    public boolean delete(String id) {
        return sql.change(handle -> handle.execute("DELETE FROM sandboxes WHERE id = ?", id));
    }

    /** How many sandboxes use a codebase, in any state. */
    public long countOfCodebase(String codebaseId) {
        return sql.read(handle -> handle.createQuery("SELECT COUNT(*) FROM sandboxes WHERE codebase_id = ?")
                .bind(0, codebaseId)
                .mapTo(Long.class)
                .one());
    }

    /** How many sandboxes there are in a state. */
    public long count(SandboxState state) {
        return sql.read(handle -> handle.createQuery("SELECT COUNT(*) FROM sandboxes WHERE state = ?")
                .bind(0, state.name())
                .mapTo(Long.class)
                .one());
    }
}
