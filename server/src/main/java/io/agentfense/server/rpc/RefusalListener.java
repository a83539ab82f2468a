package io.agentfense.server.rpc;

/** Hears of calls that were refused. Thread-safe. */
@FunctionalInterface
public interface RefusalListener {
    /** A call was refused. Returns soon, since the call waits, and throws nothing. */
    void refused(Throwable why);
}
