package io.agentfense.server.store;

import java.time.Instant;
import java.util.Arrays;
import org.jdbi.v3.core.Handle;

/** Answers to requests that carried an idempotency key, so that a repeated one gets the same. Thread-safe. */
public final class IdempotencyTable {
    private final Sql sql;

    IdempotencyTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * Says whether the caller is the first to use a key; of any number at once one is.
     *
     * @param userId whose key it is: two users' equal keys are different
     * @param request a hash of the request, which must be the same when it is repeated
     */
    public Claim claim(String userId, String key, byte[] request, Instant now) {
        return sql.write(handle -> {
            int added = handle.execute(
                    "INSERT INTO idempotency_keys (user_id, idempotency_key, request, response, created_at)"
                            + " VALUES (?, ?, ?, NULL, ?) ON CONFLICT (user_id, idempotency_key) DO NOTHING",
                    userId,
                    key,
                    request,
                    Column.micros(now));
            return added > 0 ? new Claim.Fresh() : existing(handle, userId, key, request);
        });
    }

    private static Claim existing(Handle handle, String userId, String key, byte[] request) {
        return handle.createQuery(
                        "SELECT request, response FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ?")
                .bind(0, userId)
                .bind(1, key)
                .map((row, _) -> {
                    if (!Arrays.equals(row.getBytes("request"), request)) {
                        return (Claim) new Claim.Mismatch();
                    }
                    byte[] response = row.getBytes("response");
                    return response == null ? new Claim.Pending() : new Claim.Done(response);
                })
                .findOne()
                // Abandoned between the two statements: it was being worked on, and the next attempt is the first.
                .orElse(new Claim.Pending());
    }

    /** Keeps the answer to a request that was claimed. */
    public void complete(String userId, String key, byte[] response) {
        sql.change(handle -> handle.execute(
                "UPDATE idempotency_keys SET response = ? WHERE user_id = ? AND idempotency_key = ?",
                response,
                userId,
                key));
    }

    /** Gives up a claim whose request failed: the next one may try again. */
    public void abandon(String userId, String key) {
        sql.change(handle -> handle.execute(
                "DELETE FROM idempotency_keys WHERE user_id = ? AND idempotency_key = ? AND response IS NULL",
                userId,
                key));
    }

    /** After a crash: gives up all claims that nobody works on any more. Returns how many. */
    public int abandonAll() {
        return sql.write(handle -> handle.execute("DELETE FROM idempotency_keys WHERE response IS NULL"));
    }

    /** Forgets answers given to requests before a time; returns how many. */
    public int purge(Instant before) {
        return sql.write(handle -> handle.execute(
                "DELETE FROM idempotency_keys WHERE created_at < ? AND response IS NOT NULL", Column.micros(before)));
    }
}
