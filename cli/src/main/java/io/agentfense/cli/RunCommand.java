package io.agentfense.cli;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.workspace.Denials;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.StateRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense run}: one sandbox over a directory, for one command. */
@CommandLine.Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = {
            "Runs a command over a directory, under a policy, in a sandbox.",
            "",
            "Examples:",
            "  agentfense run . -- make test",
            "  agentfense run --preset development --timeout 60 . -- sh -c 'npm test'",
            "  agentfense run --rule '/build/**=write' --json . -- make",
            ""
        })
final class RunCommand implements Callable<Integer> {
    private static final int CAPTURE_BYTES = 16 << 20;

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Set a variable. Repeatable.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--workdir", paramLabel = "PATH", description = "Where the command starts; /workspace by default.")
    private String workdir = "/workspace";

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End the command after this long.")
    private @Nullable Double timeout;

    @Option(names = "--disk", paramLabel = "BYTES", description = "The most bytes that the delta may take.")
    private long disk = Long.MAX_VALUE;

    @Option(names = "--strict-open", description = "Ask for every open, also where the kernel could open by itself.")
    private boolean strictOpen;

    @Option(names = "--discard", description = "Drop the delta at the end.")
    private boolean discard;

    @Option(names = "--json", description = "Print one document with what came of it.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "DIR", description = "The codebase.")
    private String directory = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "The command, after --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException {
        Path base = Codebase.of(directory);
        List<Rule> chosen = rules.rules("agent-safe");
        Policy policy = rules.policy("agent-safe");
        BwrapRuntime runtime = BwrapRuntime.find();
        try (DeltaStore store = DeltaStore.open(StateRoot.of(System.getenv(), Mounts.uid()))) {
            Delta delta = store.create(base.toString(), chosen, command);
            try {
                return run(runtime, base, policy, delta);
            } finally {
                if (discard) {
                    store.remove(delta);
                }
                delta.close();
            }
        }
    }

    private int run(BwrapRuntime runtime, Path base, Policy policy, Delta delta) throws IOException {
        RunResult outcome;
        try (HostUser user = HostUser.acquire();
                RunMount mount = RunMount.make(user)) {
            WorkspaceOptions options = new WorkspaceOptions(
                    base.toString(),
                    delta.roots(),
                    policy,
                    new Owner((int) user.uid(), (int) user.gid()),
                    delta.origins()::record,
                    disk,
                    strictOpen,
                    Mounts.privileged());
            try (Workspace workspace = Workspace.mount(options, mount.path().toString())) {
                ExecutionResult result;
                try (Sandbox sandbox = runtime.start(SandboxSpec.of(mount.path(), user))) {
                    result = sandbox.exec(toRun()).await();
                }
                outcome = new RunResult(
                        result, delta.id(), List.of(), workspace.denials().list());
            }
        }
        outcome = outcome.withChanges(changes(base, policy, delta));
        if (outcome.result().outcome() instanceof Outcome.NotStarted never) {
            System.err.println("agentfense: " + never.reason());
        }
        if (json) {
            outcome.printJson(System.out);
        } else {
            outcome.printSummary(System.err, !discard);
        }
        return outcome.result().exitCode();
    }

    private static List<io.agentfense.workspace.delta.Change> changes(Path base, Policy policy, Delta delta)
            throws IOException {
        int fd = Descriptor.openDirectory(base.toString());
        try {
            return Changes.of(delta, fd, policy).list();
        } finally {
            Descriptor.close(fd);
        }
    }

    private Command toRun() {
        Optional<Duration> limit =
                Optional.ofNullable(timeout).map(seconds -> Duration.ofNanos((long) (seconds * 1_000_000_000L)));
        Command wanted = Command.of(command).withEnvironment(environment).in(workdir);
        Command limited = limit.isPresent() ? wanted.withTimeout(limit.get()) : wanted;
        return json
                ? limited.withStreams(Input.from(0), Output.capture(CAPTURE_BYTES), Output.capture(CAPTURE_BYTES))
                : limited.withStreams(Input.from(0), Output.to(1), Output.to(2));
    }

    /** For the JSON document and the summary. */
    record RunResult(
            ExecutionResult result,
            String deltaId,
            List<io.agentfense.workspace.delta.Change> changes,
            List<Denials.Denial> denials) {
        RunResult withChanges(List<io.agentfense.workspace.delta.Change> found) {
            return new RunResult(result, deltaId, found, denials);
        }

        void printJson(java.io.PrintStream out) throws IOException {
            RunDocument.print(this, out);
        }

        void printSummary(java.io.PrintStream err, boolean kept) {
            for (io.agentfense.workspace.delta.Change change : changes) {
                err.println("agentfense: " + change.kind().label() + " "
                        + io.agentfense.workspace.delta.Printable.text(
                                change.path().bytes()));
            }
            if (changes.isEmpty()) {
                err.println("agentfense: nothing changed");
            } else if (kept) {
                err.println("agentfense: kept as delta " + deltaId);
            }
        }
    }
}
