package io.agentfense.workspace;

import java.util.Set;

/** Hears of files that are shown with secrets masked, on the thread that answers: it returns soon and throws nothing. */
@FunctionalInterface
public interface MaskListener {
    /**
     * A version of a file was masked, since somebody looked at it.
     *
     * @param path below the workspace's root, without a leading slash
     * @param pid of the process that asked, in the pid namespace of who mounted the workspace; 0 if it is not in it
     * @param secrets how many were replaced, at least one
     * @param rules ids of the rules that found them
     */
    void masked(byte[] path, int pid, int secrets, Set<String> rules);
}
