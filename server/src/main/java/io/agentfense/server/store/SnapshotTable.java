package io.agentfense.server.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The snapshots of sandboxes. Thread-safe. */
public final class SnapshotTable {
    private static final RowMapper<SnapshotRecord> MAPPER = (row, _) -> new SnapshotRecord(
            row.getString("id"),
            row.getString("sandbox_id"),
            row.getString("name"),
            row.getString("delta_id"),
            row.getString("layer"),
            Column.time(row, "created_at"));

    private final Sql sql;

    SnapshotTable(Sql sql) {
        this.sql = sql;
    }

    /** Adds a snapshot; false if its sandbox is gone. */
    public boolean insert(SnapshotRecord snapshot) {
        try {
            return sql.change(handle -> handle.execute(
                    "INSERT INTO snapshots (id, sandbox_id, name, delta_id, layer, created_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    snapshot.id(),
                    snapshot.sandboxId(),
                    snapshot.name(),
                    snapshot.deltaId(),
                    snapshot.layer(),
                    Column.micros(snapshot.createdAt())));
        } catch (StoreException e) {
            if (Sql.isForeignKeyFailure(e)) {
                return false;
            }
            throw e;
        }
    }

    /** A snapshot by its id. */
    public Optional<SnapshotRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM snapshots WHERE id = ?")
                .bind(0, id)
                .map(MAPPER)
                .findOne());
    }

    /** The snapshots of a sandbox in the order of their creation. */
    public List<SnapshotRecord> list(String sandboxId) {
        return sql.read(
                handle -> handle.createQuery("SELECT * FROM snapshots WHERE sandbox_id = ? ORDER BY created_at, id")
                        .bind(0, sandboxId)
                        .map(MAPPER)
                        .list());
    }

    /** Removes a snapshot; false if it is not there. */
    public boolean delete(String id) {
        return sql.change(handle -> handle.execute("DELETE FROM snapshots WHERE id = ?", id));
    }
}
