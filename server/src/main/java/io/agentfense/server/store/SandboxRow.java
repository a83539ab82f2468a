package io.agentfense.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** A sandbox as a row. Stateless. */
final class SandboxRow implements RowMapper<SandboxRecord> {
    static final SandboxRow MAPPER = new SandboxRow();

    private SandboxRow() {}

    @Override
    public SandboxRecord map(ResultSet row, StatementContext context) throws SQLException {
        return new SandboxRecord(
                row.getString("id"),
                row.getString("codebase_id"),
                row.getString("owner_id"),
                Column.constant(SandboxState.class, row, "state"),
                row.getString("reason"),
                Json.rules(row.getString("rules")),
                Json.strings(row.getString("labels")),
                Column.constant(RuntimeKind.class, row, "runtime"),
                row.getString("image"),
                row.getBoolean("root"),
                new Resources(
                        row.getLong("memory_bytes"),
                        row.getLong("cpu_quota"),
                        row.getLong("cpu_shares"),
                        row.getLong("pids_limit"),
                        row.getLong("disk_bytes"),
                        row.getLong("nofile"),
                        row.getLong("output_bytes"),
                        row.getLong("max_runtime")),
                Column.constant(CommitMode.class, row, "commit_mode"),
                Column.constant(ConflictMode.class, row, "conflict_mode"),
                Column.time(row, "created_at"),
                Column.optionalTime(row, "started_at"),
                Column.optionalTime(row, "stopped_at"),
                Column.optionalTime(row, "expires_at"),
                Column.optionalText(row, "delta_id"),
                Json.durations(row.getString("start_phases")),
                Json.list(row.getString("degraded")));
    }

    static void insert(Handle handle, SandboxRecord sandbox) {
        handle.createUpdate("""
                        INSERT INTO sandboxes (id, codebase_id, owner_id, state, reason, rules, labels, runtime, image, root,
                            memory_bytes, cpu_quota, cpu_shares, pids_limit, disk_bytes, nofile, output_bytes,
                            max_runtime, commit_mode, conflict_mode,
                            created_at, started_at, stopped_at, expires_at, delta_id, start_phases, degraded)
                        VALUES (:id, :codebase, :owner, :state, :reason, :rules, :labels, :runtime, :image, :root,
                            :memory, :quota, :shares, :pids, :disk, :nofile, :output,
                            :runtimeSeconds, :commit, :conflicts,
                            :created, :started, :stopped, :expires, :delta, :phases, :degraded)""")
                .bind("id", sandbox.id())
                .bind("codebase", sandbox.codebaseId())
                .bind("owner", sandbox.ownerId())
                .bind("state", sandbox.state().name())
                .bind("reason", sandbox.reason())
                .bind("rules", Json.rules(sandbox.rules()))
                .bind("labels", Json.strings(sandbox.labels()))
                .bind("runtime", sandbox.runtime().name())
                .bind("image", sandbox.image())
                .bind("root", sandbox.root())
                .bind("memory", sandbox.resources().memoryBytes())
                .bind("quota", sandbox.resources().cpuQuota())
                .bind("shares", sandbox.resources().cpuShares())
                .bind("pids", sandbox.resources().pidsLimit())
                .bind("disk", sandbox.resources().diskBytes())
                .bind("nofile", sandbox.resources().nofile())
                .bind("output", sandbox.resources().outputBytes())
                .bind("runtimeSeconds", sandbox.resources().maxRuntime())
                .bind("commit", sandbox.commit().name())
                .bind("conflicts", sandbox.conflicts().name())
                .bind("created", Column.micros(sandbox.createdAt()))
                .bind("started", Column.micros(sandbox.startedAt()))
                .bind("stopped", Column.micros(sandbox.stoppedAt()))
                .bind("expires", Column.micros(sandbox.expiresAt()))
                .bind("delta", sandbox.deltaId().orElse(null))
                .bind("phases", Json.durations(sandbox.startPhases()))
                .bind("degraded", Json.list(sandbox.degraded()))
                .execute();
        insertLabels(handle, sandbox.id(), sandbox.labels());
    }

    private static void insertLabels(Handle handle, String id, Map<String, String> labels) {
        labels.forEach((name, value) -> handle.execute(
                "INSERT INTO sandbox_labels (sandbox_id, name, value) VALUES (?, ?, ?)", id, name, value));
    }

    /** The labels of a sandbox, which nobody else changes until the transaction ends; empty if there is no such sandbox. */
    static Optional<Map<String, String>> labels(Handle handle, String id) {
        // Both databases keep others from a row that was written to.
        handle.execute("UPDATE sandboxes SET labels = labels WHERE id = ?", id);
        return handle.createQuery("SELECT labels FROM sandboxes WHERE id = ?")
                .bind(0, id)
                .mapTo(String.class)
                .findOne()
                .map(Json::strings);
    }

    static void setLabels(Handle handle, String id, Map<String, String> labels) {
        handle.execute("UPDATE sandboxes SET labels = ? WHERE id = ?", Json.strings(labels), id);
        handle.execute("DELETE FROM sandbox_labels WHERE sandbox_id = ?", id);
        insertLabels(handle, id, labels);
    }
}
