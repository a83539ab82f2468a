package io.agentfense.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The users. Thread-safe. */
public final class UserTable {
    private static final RowMapper<UserRecord> MAPPER = (row, _) -> new UserRecord(
            row.getString("id"), row.getBoolean("blocked"), row.getString("reason"), Column.time(row, "created_at"));

    private final Sql sql;

    UserTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * Makes sure that a user is in the table, and holds its row until the transaction ends: whoever else counts what it
     * has waits meanwhile.
     */
    static void lock(Handle handle, String id, Instant now) {
        handle.execute(
                "INSERT INTO users (id, blocked, reason, created_at) VALUES (?, FALSE, '', ?)"
                        + " ON CONFLICT (id) DO UPDATE SET id = excluded.id",
                id,
                Column.micros(now));
    }

    /** A user; none if nobody ever heard of it. */
    public Optional<UserRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM users WHERE id = ?")
                .bind(0, id)
                .map(MAPPER)
                .findOne());
    }

    /** All users, by id. */
    public List<UserRecord> list() {
        return sql.read(handle -> handle.createQuery("SELECT * FROM users ORDER BY id")
                .map(MAPPER)
                .list());
    }

    /** Whether a user is blocked. */
    public boolean isBlocked(String id) {
        return find(id).map(UserRecord::blocked).orElse(false);
    }

    /** Blocks a user, known or not yet. */
    public UserRecord block(String id, String reason, Instant now) {
        return setBlocked(id, true, reason, now);
    }

    /** Unblocks a user. */
    public UserRecord unblock(String id, Instant now) {
        return setBlocked(id, false, "", now);
    }

    private UserRecord setBlocked(String id, boolean blocked, String reason, Instant now) {
        return sql.write(handle -> {
            lock(handle, id, now);
            handle.execute("UPDATE users SET blocked = ?, reason = ? WHERE id = ?", blocked, reason, id);
            return handle.createQuery("SELECT * FROM users WHERE id = ?")
                    .bind(0, id)
                    .map(MAPPER)
                    .one();
        });
    }

    /** What a user has; zeros for one that nobody heard of. */
    public UserUsage usage(String id) {
        return sql.read(handle -> handle.createQuery("SELECT"
                        + " (SELECT COUNT(*) FROM sandboxes WHERE owner_id = :id) AS sandboxes,"
                        + " (SELECT COUNT(*) FROM sandboxes WHERE owner_id = :id AND state = 'RUNNING') AS running,"
                        + " (SELECT COALESCE(SUM(size), 0) FROM codebases WHERE owner_id = :id AND local_path IS NULL)"
                        + " AS bytes")
                .bind("id", id)
                .map((row, _) -> new UserUsage(row.getLong("sandboxes"), row.getLong("running"), row.getLong("bytes")))
                .one());
    }
}
