package io.agentfense.bench;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Times a change of rules on a live mount of which all files are known: from the call until a program meets them. */
public final class RulesProbe {
    private static final int ONE_ANSWER = 20;

    private RulesProbe() {}

    /** Arguments: the base, a mount point, a file of the base that read-only shows and view-only withholds. */
    public static void main(String[] args) throws IOException, InterruptedException, PolicyException {
        Policy[] policies = {Policy.compile(Presets.of("view-only")), Policy.compile(Presets.of("read-only"))};
        Owner owner = new Owner(Credentials.uid(), Credentials.gid());
        WorkspaceOptions options = WorkspaceOptions.direct(args[0], policies[1], owner)
                .withOthers(Mounts.privileged())
                .withLiveRules();
        Path file = Path.of(args[1], args[2]);
        try (Workspace workspace = Workspace.mount(options, args[1])) {
            int listed = new ProcessBuilder("ls", "-lR", args[1])
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (listed != 0) {
                throw new IOException("ls ended with " + listed);
            }
            int[] turn = {0};
            Samples.answer(ONE_ANSWER, () -> change(workspace, policies[turn[0]++ % 2], file, turn[0] % 2 == 0));
        }
    }

    private static long change(Workspace workspace, Policy policy, Path file, boolean readable) throws IOException {
        long start = System.nanoTime();
        workspace.changeRules(policy);
        boolean met = Files.isReadable(file);
        long took = System.nanoTime() - start;
        if (met != readable) {
            throw new IOException("the new rules do not hold for " + file);
        }
        return took;
    }
}
