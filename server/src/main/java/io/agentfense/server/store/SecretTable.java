package io.agentfense.server.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The users' secrets, sealed by somebody who has the key. Thread-safe. */
public final class SecretTable {
    private static final RowMapper<SecretRecord> MAPPER = (row, _) -> new SecretRecord(
            row.getString("owner_id"),
            row.getString("name"),
            Column.time(row, "created_at"),
            Column.time(row, "updated_at"));

    private final Sql sql;

    SecretTable(Sql sql) {
        this.sql = sql;
    }

    /** Adds a secret, or puts another value in its place; its owner becomes a known user. Returns what is there now. */
    public SecretRecord put(SecretRecord secret, byte[] sealed) {
        return sql.write(handle -> {
            UserTable.lock(handle, secret.ownerId(), secret.createdAt());
            handle.execute(
                    "INSERT INTO secrets (owner_id, name, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
                            + " ON CONFLICT (owner_id, name)"
                            + " DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at",
                    secret.ownerId(),
                    secret.name(),
                    sealed,
                    Column.micros(secret.createdAt()),
                    Column.micros(secret.updatedAt()));
            return handle.createQuery("SELECT * FROM secrets WHERE owner_id = ? AND name = ?")
                    .bind(0, secret.ownerId())
                    .bind(1, secret.name())
                    .map(MAPPER)
                    .one();
        });
    }

    /** A value as it was put. */
    public Optional<byte[]> sealed(String ownerId, String name) {
        return sql.read(handle -> handle.createQuery("SELECT sealed FROM secrets WHERE owner_id = ? AND name = ?")
                .bind(0, ownerId)
                .bind(1, name)
                .map((row, _) -> row.getBytes("sealed"))
                .findOne());
    }

    /** By owner and name: of one owner, or of all. */
    public List<SecretRecord> list(Optional<String> ownerId) {
        String of = ownerId.isPresent() ? " WHERE owner_id = :owner" : "";
        return sql.read(handle -> {
            var query = handle.createQuery("SELECT * FROM secrets" + of + " ORDER BY owner_id, name");
            ownerId.ifPresent(owner -> query.bind("owner", owner));
            return query.map(MAPPER).list();
        });
    }

    /** Removes one; false if it is not there. */
    public boolean remove(String ownerId, String name) {
        return sql.change(
                handle -> handle.execute("DELETE FROM secrets WHERE owner_id = ? AND name = ?", ownerId, name));
    }
}
