package io.agentfense.workspace;

/** Hears of each denial, on the thread that answers it: it returns soon and throws nothing. Called by many threads. */
@FunctionalInterface
public interface DenialListener {
    /**
     * Something was refused.
     *
     * @param denial its count is 1
     * @param pid of the process that asked, in the pid namespace of who mounted the workspace; 0 if it is not in it
     */
    void denied(Denials.Denial denial, int pid);
}
