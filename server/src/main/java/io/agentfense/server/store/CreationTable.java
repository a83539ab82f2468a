package io.agentfense.server.store;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** When sandboxes were created, so that destroying one does not allow another at once. Thread-safe. */
public final class CreationTable {
    private final Sql sql;

    CreationTable(Sql sql) {
        this.sql = sql;
    }

    static void insert(Handle handle, String owner, Instant at) {
        handle.execute("INSERT INTO creations (owner_id, created_at) VALUES (?, ?)", owner, Column.micros(at));
    }

    /** The owner's {@code nth} newest creation since a time, from 1; empty if there were fewer. */
    static Optional<Instant> newest(Handle handle, String owner, long nth, Instant since) {
        return handle.createQuery("SELECT created_at FROM creations WHERE owner_id = ? AND created_at > ?"
                        + " ORDER BY created_at DESC LIMIT 1 OFFSET ?")
                .bind(0, owner)
                .bind(1, Column.micros(since))
                .bind(2, nth - 1)
                .mapTo(Long.class)
                .findOne()
                .map(Column::time);
    }

    /** Forgets what was before a time; returns how many. */
    public int purge(Instant before) {
        return sql.write(
                handle -> handle.execute("DELETE FROM creations WHERE created_at <= ?", Column.micros(before)));
    }
}
