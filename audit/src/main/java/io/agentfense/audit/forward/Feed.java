package io.agentfense.audit.forward;

import io.agentfense.audit.query.AuditFollower;
import io.agentfense.audit.query.AuditQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A log in batches, from one record on. Not thread-safe. */
final class Feed implements AutoCloseable {
    private static final long LOOK_MILLIS = 20;

    private final AuditFollower follower;
    private final Tip tip;
    private long last;
    private Batch.@Nullable Item held;

    private Feed(AuditFollower follower, Tip tip, long after) {
        this.follower = follower;
        this.tip = tip;
        last = after;
    }

    static Feed open(Path log, long after, Tip tip) throws IOException {
        return new Feed(AuditFollower.open(log, after), tip, after);
    }

    /**
     * The next batch, if there is one now. It ends before a hole.
     *
     * @param most how many records it has at most
     * @param until its last record's number at most
     */
    Optional<Batch> next(int most, long until) throws IOException {
        long end = Math.min(tip.sequence(), until);
        List<Batch.Item> items = new ArrayList<>();
        if (held != null && held.record().sequence() <= end) {
            items.add(held);
            held = null;
        }
        if (held == null) {
            fill(items, most, end);
        }
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Batch batch = new Batch(items);
        last = batch.last().sequence();
        return Optional.of(batch);
    }

    private void fill(List<Batch.Item> items, int most, long end) throws IOException {
        long[] bytes = {items.isEmpty() ? 0 : items.getFirst().line().length};
        if (items.size() == most || bytes[0] >= Batch.FULL_BYTES) {
            return;
        }
        boolean _ = follower.catchUp(AuditQuery.ALL, (record, line) -> {
            Batch.Item item = new Batch.Item(record, line);
            boolean follows = items.isEmpty() || items.getLast().record().sequence() + 1 == record.sequence();
            if (!follows || record.sequence() > end) {
                held = item;
                return false;
            }
            items.add(item);
            bytes[0] += line.length;
            return items.size() < most && bytes[0] < Batch.FULL_BYTES;
        });
    }

    /** Whether what comes next is known, and has a higher number. */
    boolean isBeyond(long sequence) {
        return held != null && held.record().sequence() > sequence;
    }

    /** Waits until there may be more than {@link #next} found, or for a while. */
    void await(long millis) throws InterruptedException {
        long known = held == null ? last : held.record().sequence() - 1;
        if (tip.sequence() > known) {
            // It came in this moment, or can't be read; the latter is a hole once something follows.
            Thread.sleep(Math.min(millis, LOOK_MILLIS));
        } else {
            tip.await(known, millis);
        }
    }

    @Override
    public void close() throws IOException {
        follower.close();
    }
}
