package io.agentfense.audit.log;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where entries wait for the thread that writes them: a bounded queue, so that a slow disk slows its callers down. */
final class Intake {
    private static final int MOST_ENTRIES = 16_384;
    private static final long MOST_BYTES = 32 << 20;
    private static final int LARGEST_GROUP = 4096;
    private static final long LARGEST_GROUP_BYTES = 4 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final Deque<Entry> queue = new ArrayDeque<>();
    private final long batchNanos;
    private long bytes;
    private int sync;
    private boolean closed;
    private @Nullable String refusal;

    Intake(long batchNanos) {
        this.batchNanos = batchNanos;
    }

    /** Waits for room. */
    void put(Entry entry) throws AuditUnavailableException, InterruptedIOException {
        lock.lock();
        try {
            while (!accepts()) {
                room.await();
            }
            add(entry);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the audit log had no room");
        } finally {
            lock.unlock();
        }
    }

    /** Puts an entry if there is room for it now. */
    boolean offer(Entry entry) {
        lock.lock();
        try {
            if (closed || refusal != null || !hasRoom()) {
                return false;
            }
            add(entry);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean accepts() throws AuditUnavailableException {
        if (refusal != null) {
            throw new AuditUnavailableException(refusal);
        }
        if (closed) {
            throw new AuditUnavailableException("the audit log is closed");
        }
        return hasRoom();
    }

    private boolean hasRoom() {
        return queue.size() < MOST_ENTRIES && bytes < MOST_BYTES;
    }

    private void add(Entry entry) {
        queue.add(entry);
        bytes += entry.head().length;
        if (entry.isSync()) {
            sync++;
        }
        // The writer is woken for the first, which it may let wait, and for one that can't wait.
        if (queue.size() == 1 || entry.isSync() || queue.size() == LARGEST_GROUP) {
            work.signal();
        }
    }

    /**
     * The next group: at once if a caller waits for one of it, else when its first has waited for the batch's time. Empty
     * after so many nanoseconds without any, or once it is closed and empty.
     */
    List<Entry> take(long nanos) {
        lock.lock();
        try {
            for (long left = nanos; queue.isEmpty() && !closed && left > 0; ) {
                left = work.awaitNanos(left);
            }
            while (!queue.isEmpty() && sync == 0 && !closed && queue.size() < LARGEST_GROUP) {
                long left = batchNanos - (System.nanoTime() - queue.getFirst().arrival());
                if (left <= 0) {
                    break;
                }
                work.awaitNanos(left);
            }
            return group();
        } catch (InterruptedException e) {
            // Nobody interrupts the writer; if somebody does, it goes on with what there is.
            return group();
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> group() {
        List<Entry> group = new ArrayList<>(Math.min(queue.size(), LARGEST_GROUP));
        long taken = 0;
        while (!queue.isEmpty() && group.size() < LARGEST_GROUP && taken < LARGEST_GROUP_BYTES) {
            Entry entry = queue.remove();
            group.add(entry);
            taken += entry.head().length;
            if (entry.isSync()) {
                sync--;
            }
        }
        bytes -= taken;
        room.signalAll();
        return group;
    }

    /** Refuses what comes from now on, also to who waits for room; null accepts again. */
    void refuse(@Nullable String why) {
        lock.lock();
        try {
            refusal = why;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing is accepted; null if it is. */
    @Nullable
    String refusal() {
        lock.lock();
        try {
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    /** Accepts nothing more, and lets the writer take what is there. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is closed and everything was taken. */
    boolean isDone() {
        lock.lock();
        try {
            return closed && queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is closed. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** How many entries wait. */
    int length() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }
}
