package io.agentfense.audit.log;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How a log is kept.
 *
 * @param durability when a record is acknowledged, if the caller does not say
 * @param onFailure what happens while records can't be written
 * @param batch how long an acknowledged record may wait for others to be written with
 * @param checkpointRecords after how many records there is a checkpoint, at the latest
 * @param checkpointEvery how long after a record there is a checkpoint, at the latest
 * @param rotateBytes at what size a file is closed, in bytes before compression
 * @param rotateAfter how long a file is written to, at most
 * @param retention how long records are kept at least; zero for ever
 * @param clock the time of records that the log makes itself, and for retention
 */
public record AuditLogOptions(
        Durability durability,
        OnFailure onFailure,
        Duration batch,
        long checkpointRecords,
        Duration checkpointEvery,
        long rotateBytes,
        Duration rotateAfter,
        Duration retention,
        InstantSource clock) {
    /**
     * Synchronous, refusing, checkpoints after 10,000 records or 10 seconds, files of 64 MiB or a day, kept for 90 days.
     */
    public static final AuditLogOptions DEFAULT = new AuditLogOptions(
            Durability.SYNC,
            OnFailure.REFUSE,
            Duration.ofMillis(20),
            10_000,
            Duration.ofSeconds(10),
            64 << 20,
            Duration.ofDays(1),
            Duration.ofDays(90),
            InstantSource.system());

    /** Checks that numbers are such. */
    public AuditLogOptions {
        if (batch.isNegative() || checkpointRecords < 1 || checkpointEvery.isNegative() || rotateBytes < 1) {
            throw new IllegalArgumentException("times of an audit log can't be negative, nor sizes less than 1");
        }
        if (rotateAfter.isNegative() || rotateAfter.isZero() || retention.isNegative()) {
            throw new IllegalArgumentException("an audit log can't rotate after no time, nor keep for a negative one");
        }
    }

    /** The same with another durability. */
    public AuditLogOptions with(Durability durability) {
        return new AuditLogOptions(
                durability,
                onFailure,
                batch,
                checkpointRecords,
                checkpointEvery,
                rotateBytes,
                rotateAfter,
                retention,
                clock);
    }

    /** The same with another answer to failures. */
    public AuditLogOptions with(OnFailure onFailure) {
        return new AuditLogOptions(
                durability,
                onFailure,
                batch,
                checkpointRecords,
                checkpointEvery,
                rotateBytes,
                rotateAfter,
                retention,
                clock);
    }

    /** The same with another time that records may wait for others. */
    public AuditLogOptions withBatch(Duration batch) {
        return new AuditLogOptions(
                durability,
                onFailure,
                batch,
                checkpointRecords,
                checkpointEvery,
                rotateBytes,
                rotateAfter,
                retention,
                clock);
    }

    /** The same with checkpoints after so many records, or so long after one. */
    public AuditLogOptions withCheckpoints(long records, Duration every) {
        return new AuditLogOptions(
                durability, onFailure, batch, records, every, rotateBytes, rotateAfter, retention, clock);
    }

    /** The same with files of another size and age. */
    public AuditLogOptions withRotation(long bytes, Duration after) {
        return new AuditLogOptions(
                durability, onFailure, batch, checkpointRecords, checkpointEvery, bytes, after, retention, clock);
    }

    /** The same with another time for which records are kept. */
    public AuditLogOptions withRetention(Duration retention) {
        return new AuditLogOptions(
                durability,
                onFailure,
                batch,
                checkpointRecords,
                checkpointEvery,
                rotateBytes,
                rotateAfter,
                retention,
                clock);
    }

    /** The same with another clock. */
    public AuditLogOptions withClock(InstantSource clock) {
        return new AuditLogOptions(
                durability,
                onFailure,
                batch,
                checkpointRecords,
                checkpointEvery,
                rotateBytes,
                rotateAfter,
                retention,
                clock);
    }
}
