package io.agentfense.sandbox;

import java.io.IOException;

/** What starts sandboxes: bubblewrap, or a container engine. Implementations are thread-safe. */
public interface SandboxRuntime {
    /**
     * Whom the processes of the next sandbox run as, on the host; the workspace is mounted for that user before the start.
     *
     * @throws IOException if no user can be had, with the reason
     */
    default HostUser user() throws IOException {
        return HostUser.acquire();
    }

    /**
     * Starts a sandbox and waits until it takes commands. If that fails nothing of it is left.
     *
     * @throws StartException if it does not start, with what is missing and how to mend it
     * @throws io.agentfense.linux.cgroup.CgroupException if a limit can't be set, with the reason
     * @throws IOException if descriptors run out, or the guest breaks the protocol
     */
    Sandbox start(SandboxSpec spec) throws IOException;
}
