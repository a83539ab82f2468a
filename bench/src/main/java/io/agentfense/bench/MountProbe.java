package io.agentfense.bench;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.workspace.Origins;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import java.io.IOException;
import java.util.List;

/** Times mounting and unmounting a workspace, with a delta, in a process that has done so before. */
public final class MountProbe {
    private static final int ONE_ANSWER = 30;

    private MountProbe() {}

    /** Arguments: a preset, the base, an empty directory for the delta, a mount point. */
    public static void main(String[] args) throws IOException, PolicyException {
        Policy policy = Policy.compile(Presets.of(args[0]));
        int delta = Descriptor.openDirectory(args[2]);
        Owner owner = new Owner(Credentials.uid(), Credentials.gid());
        WorkspaceOptions options = WorkspaceOptions.direct(args[1], policy, owner)
                .over(List.of(delta), Origins.NONE)
                .withOthers(Mounts.privileged());
        Samples.answer(ONE_ANSWER, () -> mountAndUnmount(options, args[3]));
    }

    private static long mountAndUnmount(WorkspaceOptions options, String mountpoint) throws LinuxException {
        long start = System.nanoTime();
        Workspace.mount(options, mountpoint).close();
        return System.nanoTime() - start;
    }
}
