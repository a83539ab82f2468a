package io.agentfense.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The sessions, closed ones too until their sandbox goes. Thread-safe. */
public final class SessionTable {
    private static final RowMapper<SessionRecord> MAPPER = (row, _) -> new SessionRecord(
            row.getString("id"),
            row.getString("sandbox_id"),
            Column.constant(SessionState.class, row, "state"),
            row.getString("shell"),
            row.getString("reason"),
            Column.time(row, "created_at"),
            Column.optionalTime(row, "closed_at"));

    private final Sql sql;

    SessionTable(Sql sql) {
        this.sql = sql;
    }

    /** Adds a session; false if its sandbox is gone. */
    public boolean insert(SessionRecord session) {
        try {
            return sql.change(handle -> handle.execute(
                    "INSERT INTO sessions (id, sandbox_id, state, shell, reason, created_at, closed_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    session.id(),
                    session.sandboxId(),
                    session.state().name(),
                    session.shell(),
                    session.reason(),
                    Column.micros(session.createdAt()),
                    Column.micros(session.closedAt())));
        } catch (StoreException e) {
            if (Sql.isForeignKeyFailure(e)) {
                return false;
            }
            throw e;
        }
    }

    /** A session by its id. */
    public Optional<SessionRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM sessions WHERE id = ?")
                .bind(0, id)
                .map(MAPPER)
                .findOne());
    }

    /** The sessions of a sandbox in the order of their creation; none of one that is not there. */
    public List<SessionRecord> list(String sandboxId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM sessions WHERE sandbox_id = ? ORDER BY created_at, id")
                        .bind(0, sandboxId)
                        .map(MAPPER)
                        .list());
    }

    /** Closes a session; false if it is not active or not there. */
    public boolean close(String id, String reason, Instant at) {
        return sql.change(handle -> handle.execute(
                "UPDATE sessions SET state = 'CLOSED', reason = ?, closed_at = ? WHERE id = ? AND state = 'ACTIVE'",
                reason,
                Column.micros(at),
                id));
    }

    /** Closes all active sessions of a sandbox; returns how many. */
    public int closeOfSandbox(String sandboxId, String reason, Instant at) {
        return sql.write(handle -> handle.execute(
                "UPDATE sessions SET state = 'CLOSED', reason = ?, closed_at = ?"
                        + " WHERE sandbox_id = ? AND state = 'ACTIVE'",
                reason,
                Column.micros(at),
                sandboxId));
    }

    /** After a crash: closes every active session. Returns how many. */
    public int closeAll(String reason, Instant at) {
        return sql.write(handle -> handle.execute(
                "UPDATE sessions SET state = 'CLOSED', reason = ?, closed_at = ? WHERE state = 'ACTIVE'",
                reason,
                Column.micros(at)));
    }
}
