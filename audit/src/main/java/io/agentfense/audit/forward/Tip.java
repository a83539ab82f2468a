package io.agentfense.audit.forward;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.log.AuditListener;

/**
 * The newest record that is on the disk. What is written but not yet there could be gone after a loss of power, and other
 * records have its numbers then; so nothing beyond the tip is sent. Thread-safe.
 */
final class Tip implements AuditListener {
    private long sequence;

    @Override
    public synchronized void recorded(AuditRecord record) {
        if (record.sequence() > sequence) {
            sequence = record.sequence();
            notifyAll();
        }
    }

    synchronized long sequence() {
        return sequence;
    }

    /** Waits until there is more than a record of this number, or for a while. */
    synchronized void await(long beyond, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; sequence <= beyond && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
