package io.agentfense.alert.action;

import java.io.IOException;

/**
 * What alerts can do, as the server does it. Several threads call it. A call that is repeated, or that finds nothing left to
 * do, succeeds; one that could not do it throws, and is told in the audit log with its message.
 */
public interface AlertActions {
    /** Stops the processes of a sandbox where they are. */
    void freeze(String sandboxId) throws IOException, InterruptedException;

    /** Stops the processes of a sandbox, ends its connections, and lets nobody do anything in it. */
    void isolate(String sandboxId) throws IOException, InterruptedException;

    /** Keeps a sandbox's delta as it is now. */
    void snapshot(String sandboxId) throws IOException, InterruptedException;

    /** Ends a sandbox and removes it. */
    void destroy(String sandboxId) throws IOException, InterruptedException;

    /** Takes no more calls of a user. */
    void blockUser(String userId) throws IOException, InterruptedException;
}
