package io.agentfense.server.store;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The codebases. Thread-safe. */
public final class CodebaseTable {
    private static final RowMapper<CodebaseRecord> MAPPER = (row, _) -> new CodebaseRecord(
            row.getString("id"),
            row.getString("name"),
            row.getString("owner_id"),
            row.getLong("size"),
            row.getLong("file_count"),
            Column.time(row, "created_at"),
            Column.time(row, "updated_at"),
            Column.optionalText(row, "local_path"));

    private final Sql sql;

    CodebaseTable(Sql sql) {
        this.sql = sql;
    }

    /** Adds a codebase; its owner becomes a known user. */
    public void insert(CodebaseRecord codebase) {
        sql.write(handle -> {
            UserTable.lock(handle, codebase.ownerId(), codebase.createdAt());
            return handle.execute(
                    "INSERT INTO codebases (id, name, owner_id, size, file_count, created_at, updated_at, local_path)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    codebase.id(),
                    codebase.name(),
                    codebase.ownerId(),
                    codebase.size(),
                    codebase.fileCount(),
                    Column.micros(codebase.createdAt()),
                    Column.micros(codebase.updatedAt()),
                    codebase.localPath().orElse(null));
        });
    }

    /** A codebase by its id. */
    public Optional<CodebaseRecord> find(String id) {
        return sql.read(handle -> handle.createQuery("SELECT * FROM codebases WHERE id = ?")
                .bind(0, id)
                .map(MAPPER)
                .findOne());
    }

    /**
     * A page in the order of creation.
     *
     * @param ownerId only of this owner; of all if empty
     * @throws PageTokenException for a token that is none
     */
    public Page<CodebaseRecord> list(Optional<String> ownerId, PageRequest request) {
        Keyset keyset = new Keyset("SELECT * FROM codebases");
        ownerId.ifPresent(owner -> keyset.where("owner_id = ?", owner));
        return sql.read(handle ->
                keyset.page(handle, request, MAPPER, last -> Keyset.token(Column.micros(last.createdAt()), last.id())));
    }

    /**
     * Counts a change of a codebase's files, unless its owner's codebases together would grow beyond a limit. What does
     * not grow is always counted.
     *
     * @param bytes by how much they grew, or shrank if negative
     * @param files how many more there are
     * @param ownerLimit in bytes; 0 for no limit
     * @return false if the limit forbids it, or there is no such codebase
     */
    public boolean adjust(String id, long bytes, long files, long ownerLimit, Instant now) {
        return sql.write(handle -> {
            Optional<String> owner = handle.createQuery("SELECT owner_id FROM codebases WHERE id = ?")
                    .bind(0, id)
                    .mapTo(String.class)
                    .findOne();
            if (owner.isEmpty()) {
                return false;
            }
            if (bytes > 0 && ownerLimit > 0) {
                UserTable.lock(handle, owner.get(), now);
                if (bytes > ownerLimit - bytesOf(handle, owner.get())) {
                    return false;
                }
            }
            // Counts can be wrong by what a crash or another writer left uncounted, but never negative.
            return handle.execute(
                            "UPDATE codebases SET size = CASE WHEN size + ? < 0 THEN 0 ELSE size + ? END,"
                                    + " file_count = CASE WHEN file_count + ? < 0 THEN 0 ELSE file_count + ? END,"
                                    + " updated_at = ? WHERE id = ?",
                            bytes,
                            bytes,
                            files,
                            files,
                            Column.micros(now),
                            id)
                    > 0;
        });
    }

    /** Bytes in all uploaded codebases of an owner together. */
    public long bytesOf(String ownerId) {
        return sql.read(handle -> bytesOf(handle, ownerId));
    }

    private static long bytesOf(Handle handle, String ownerId) {
        return handle.createQuery(
                        "SELECT COALESCE(SUM(size), 0) FROM codebases WHERE owner_id = ? AND local_path IS NULL")
                .bind(0, ownerId)
                .mapTo(Long.class)
                .one();
    }

    /** Sets what was counted anew; false if there is no such codebase. */
    public boolean setCounts(String id, long size, long fileCount, Instant now) {
        return sql.change(handle -> handle.execute(
                "UPDATE codebases SET size = ?, file_count = ?, updated_at = ? WHERE id = ?",
                size,
                fileCount,
                Column.micros(now),
                id));
    }

    /** What became of a deletion. */
    public enum Deletion {
        DONE,
        NOT_FOUND,
        /** Sandboxes use it. */
        IN_USE
    }

    /** Removes a codebase that no sandbox uses. */
    public Deletion delete(String id) {
        try {
            return sql.change(handle -> handle.execute("DELETE FROM codebases WHERE id = ?", id))
                    ? Deletion.DONE
                    : Deletion.NOT_FOUND;
        } catch (StoreException e) {
            if (Sql.isForeignKeyFailure(e)) {
                return Deletion.IN_USE;
            }
            throw e;
        }
    }
}
