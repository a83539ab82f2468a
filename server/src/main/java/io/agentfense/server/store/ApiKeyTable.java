package io.agentfense.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/** The API keys: of each secret only a hash. Thread-safe. */
public final class ApiKeyTable {
    private static final RowMapper<ApiKeyRecord> MAPPER = (row, _) -> new ApiKeyRecord(
            row.getString("id"),
            row.getString("user_id"),
            Column.constant(Role.class, row, "role"),
            row.getString("description"),
            Column.time(row, "created_at"),
            Column.optionalTime(row, "expires_at"),
            Column.optionalTime(row, "last_used_at"),
            Column.optionalTime(row, "revoked_at"));

    private final Sql sql;

    ApiKeyTable(Sql sql) {
        this.sql = sql;
    }

    /** A key with the hash of its secret. */
    public record Hashed(ApiKeyRecord key, byte[] hash) {}

    /**
     * Adds a key; its user becomes a known user.
     *
     * @param hash SHA-256 of the secret
     */
    public void insert(ApiKeyRecord key, byte[] hash) {
        sql.write(handle -> {
            UserTable.lock(handle, key.userId(), key.createdAt());
            return handle.execute(
                    "INSERT INTO api_keys (id, hash, user_id, role, description, created_at, expires_at, last_used_at,"
                            + " revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    key.id(),
                    hash,
                    key.userId(),
                    key.role().name(),
                    key.description(),
                    Column.micros(key.createdAt()),
                    Column.micros(key.expiresAt()),
                    Column.micros(key.lastUsedAt()),
                    Column.micros(key.revokedAt()));
        });
    }

    /** A key by its id, revoked and expired ones too. */
    public Optional<Hashed> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM api_keys WHERE id = ?")
                .bind(0, id)
                .map((row, context) -> new Hashed(MAPPER.map(row, context), row.getBytes("hash")))
                .findOne());
    }

    /** Keys that are not revoked, in the order of their creation: of one user, or of all. */
    public List<ApiKeyRecord> list(Optional<String> userId) {
        String of = userId.isPresent() ? " AND user_id = :user" : "";
        return sql.read(handle -> {
            var query = handle.createQuery(
                    "SELECT * FROM api_keys WHERE revoked_at IS NULL" + of + " ORDER BY created_at, id");
            userId.ifPresent(user -> query.bind("user", user));
            return query.map(MAPPER).list();
        });
    }

    /** Revokes a key for good; false if it is not there or was revoked before. */
    public boolean revoke(String id, Instant at) {
        return sql.change(handle -> handle.execute(
                "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", Column.micros(at), id));
    }

    /** Notes when a key was used. */
    public void touch(String id, Instant at) {
        sql.change(
                handle -> handle.execute("UPDATE api_keys SET last_used_at = ? WHERE id = ?", Column.micros(at), id));
    }
}
