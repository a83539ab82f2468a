package io.agentfense.cli;

import io.agentfense.cli.delta.RefusalLine;
import io.agentfense.cli.delta.Store;
import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.guarded.GuardedSandbox;
import io.agentfense.sandbox.guarded.GuardedSpec;
import io.agentfense.workspace.Denials.Denial;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.apply.Apply;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.ApplyResult;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One run over a codebase: a fresh delta, a sandbox for as long as something runs in it, and what came of it. */
final class LocalRun {
    private final Path base;
    private final List<Rule> rules;
    private final SandboxOptions options;
    private final SecretOptions secretOptions;
    private final AgentIgnoreOption agentIgnore;
    private final List<String> command;
    private final Afterwards afterwards;

    /** What becomes of the delta. */
    enum Afterwards {
        /** It is kept under its id. */
        KEEP,
        /** It is dropped. */
        DISCARD,
        /** It lands in the codebase if the command succeeded, and is kept otherwise. */
        APPLY
    }

    LocalRun(
            String directory,
            RuleOptions rules,
            SandboxOptions options,
            SecretOptions secrets,
            AgentIgnoreOption agentIgnore,
            List<String> command,
            Afterwards afterwards)
            throws Failure {
        this.base = Codebase.of(directory);
        this.rules = rules.rules("agent-safe");
        this.options = options;
        this.secretOptions = secrets;
        this.agentIgnore = agentIgnore;
        this.command = command;
        this.afterwards = afterwards;
    }

    /** What runs in the sandbox. */
    @FunctionalInterface
    interface Body {
        ExecutionResult run(Sandbox sandbox) throws IOException;
    }

    /** Starts a sandbox, runs the body in it, ends it, and compares. */
    RunReport execute(Body body) throws IOException {
        BwrapRuntime runtime = BwrapRuntime.find();
        try (LocalSecrets secrets = LocalSecrets.open(secretOptions, base, agentIgnore.over(rules, base));
                DeltaStore store = Store.open();
                Delta delta = store.create(base.toString(), secrets.rules(), command)) {
            try {
                RunReport report = execute(body, runtime, delta, secrets);
                boolean lands = afterwards == Afterwards.APPLY
                        && report.result().exitCode() == 0
                        && !report.changes().isEmpty();
                return lands && land(store, delta) ? report.asApplied() : report;
            } finally {
                if (afterwards == Afterwards.DISCARD) {
                    store.remove(delta);
                }
            }
        }
    }

    private static boolean land(DeltaStore store, Delta delta) throws IOException {
        try {
            ApplyResult landed = new Apply(store).run(delta, ApplyOptions.ALL);
            landed.refused().forEach(refusal -> System.err.println(RefusalLine.of(refusal)));
            return landed.complete();
        } catch (ConflictException e) {
            throw new Failure(
                    Failure.CONFLICT,
                    e.getMessage() + "; it is kept: agentfense diff " + delta.id() + ", agentfense apply "
                            + delta.id());
        }
    }

    private RunReport execute(Body body, BwrapRuntime runtime, Delta delta, LocalSecrets secrets) throws IOException {
        ExecutionResult result;
        List<Denial> denials;
        Policy policy = Policy.ofChecked(delta.meta().rules());
        GuardedSpec spec = options.spec(base, policy);
        try (GuardedSandbox<Workspace> local = GuardedSandbox.start(
                runtime,
                cleared(),
                secrets.hides() ? spec.withLiveRules() : spec,
                (wanted, place) -> Workspace.mount(
                        wanted.over(delta.roots(), delta.origins()::record).withMasks(delta::masking), place))) {
            Thread cleanUp = Thread.ofPlatform().unstarted(() -> closeQuietly(local));
            Runtime.getRuntime().addShutdownHook(cleanUp);
            secrets.follow(local.workspace());
            result = body.run(local.sandbox());
            policy = local.workspace().policy();
            denials = local.workspace().denials().list();
        }
        secrets.tell(System.err);
        // Whoever applies this later goes by what was hidden at the end.
        delta.update(delta.meta().withRules(policy.rules()));
        return new RunReport(
                result, delta.id(), afterwards != Afterwards.DISCARD, false, changes(delta, policy), denials);
    }

    /** The mounts of this user, without those that killed processes left. */
    private static LiveMounts cleared() throws IOException {
        LiveMounts mounts = LiveMounts.open();
        for (Path dead : mounts.sweep()) {
            System.err.println("agentfense: cleared the mount that a killed process left at " + dead);
        }
        return mounts;
    }

    /** After Ctrl-C the JVM ends under the run: the mount must go all the same. */
    private static void closeQuietly(GuardedSandbox<?> local) {
        try {
            local.close();
        } catch (IOException e) {
            System.err.println("agentfense: " + e.getMessage());
        }
    }

    private List<Change> changes(Delta delta, Policy policy) throws IOException {
        int fd = Descriptor.openDirectory(base.toString());
        try {
            return Changes.of(delta, fd, policy).list();
        } finally {
            Descriptor.close(fd);
        }
    }
}
