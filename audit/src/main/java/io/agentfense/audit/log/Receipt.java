package io.agentfense.audit.log;

import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** What an append gives back. Thread-safe. */
public final class Receipt {
    /** The number of a record that was lost, which only {@link OnFailure#CONTINUE} allows. */
    public static final long LOST = 0;

    private final Durability durability;
    private final CompletableFuture<Long> written = new CompletableFuture<>();

    Receipt(Durability durability) {
        this.durability = durability;
    }

    /**
     * Waits until the record is acknowledged: with {@link Durability#BATCHED} it is already.
     *
     * @throws AuditUnavailableException if it can't be written
     * @throws InterruptedIOException if the thread was interrupted, which it is still; the record may be written
     */
    public void await() throws AuditUnavailableException, InterruptedIOException {
        if (durability == Durability.SYNC) {
            durable();
        }
    }

    /**
     * Waits until the record is on the disk, whatever its durability.
     *
     * @return the record's number, or {@link #LOST}
     * @throws AuditUnavailableException if it can't be written
     * @throws InterruptedIOException as {@link #await}
     */
    public long durable() throws AuditUnavailableException, InterruptedIOException {
        try {
            return written.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a record of the audit log was written");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new AuditUnavailableException(cause == null ? "it failed" : String.valueOf(cause.getMessage()));
        }
    }

    /**
     * Has somebody hear whether the record is on the disk, once it is or can't be written. The log itself waits for that, so
     * it must be done at once; if it is known already, this thread does it.
     */
    public void whenEnded(Consumer<Boolean> told) {
        var _ = written.whenComplete((number, failure) -> told.accept(failure == null && number != LOST));
    }

    Durability durability() {
        return durability;
    }

    void complete(long sequence) {
        written.complete(sequence);
    }

    void fail(String why) {
        written.completeExceptionally(new AuditUnavailableException(why));
    }
}
