package io.agentfense.bench;

import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Times a command that does nothing, in a sandbox that already runs: from the request until its end is known. */
public final class ExecProbe {
    private static final int ONE_ANSWER = 100;
    private static final Command COMMAND = Command.of("/bin/true");

    private ExecProbe() {}

    /** Arguments: the base, a mount point below directories that any user may enter. */
    public static void main(String[] args) throws IOException, PolicyException {
        try (HostUser user = HostUser.acquire()) {
            Path mountpoint = Path.of(args[1]);
            if (Mounts.privileged()) {
                Files.setAttribute(mountpoint, "unix:uid", (int) user.uid());
            }
            Owner owner = new Owner((int) user.uid(), (int) user.gid());
            Policy policy = Policy.compile(Presets.of("read-only"));
            WorkspaceOptions options =
                    WorkspaceOptions.direct(args[0], policy, owner).withOthers(Mounts.privileged());
            try (Workspace _ = Workspace.mount(options, args[1]);
                    Sandbox sandbox = BwrapRuntime.find().start(SandboxSpec.of(mountpoint, user))) {
                Samples.answer(ONE_ANSWER, () -> exec(sandbox));
            }
        }
    }

    private static long exec(Sandbox sandbox) throws IOException {
        long start = System.nanoTime();
        int code = sandbox.exec(COMMAND).await().exitCode();
        long took = System.nanoTime() - start;
        if (code != 0) {
            throw new IOException("/bin/true ended with " + code);
        }
        return took;
    }
}
