package io.agentfense.cli;

import io.agentfense.cli.remote.RemoteShell;
import io.agentfense.cli.remote.ServerChoice;
import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.TerminalExecution;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentfense shell}: an interactive shell in a sandbox, over a directory or of a server. */
@CommandLine.Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        header = {
            "Opens a shell in a sandbox: over a directory, under a policy, or in a running sandbox of a server.",
            "",
            "Examples:",
            "  agentfense shell .",
            "  agentfense shell --preset development --shell bash .",
            "  agentfense shell sb_0123456789abcdef",
            "  agentfense shell --server https://fence.example:8080 --workdir src sb_0123456789abcdef",
            ""
        },
        footer = {
            "",
            "The exit code is the shell's own. A directory whose name begins with sb_ is written ./sb_… . With a server,"
                    + " rules and limits are the sandbox's: of the options only --server, --key, --shell, --env and"
                    + " --workdir are taken."
        })
final class ShellCommand implements Callable<Integer> {
    private static final String ID_PREFIX = "sb_";
    private static final Set<String> FOR_A_SERVER = Set.of("--server", "--key");
    private static final Set<String> FOR_BOTH = Set.of("--shell", "--env", "--workdir");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Mixin
    private RunOptions options = new RunOptions();

    @Mixin
    private ServerChoice server = new ServerChoice();

    @Option(
            names = "--shell",
            paramLabel = "PROGRAM",
            description = "Which shell: sh by default; in a server's sandbox bash if it is there, else sh.")
    private @Nullable String shell;

    @Parameters(index = "0", paramLabel = "DIR|SANDBOX", description = "The codebase, or the id of a server's sandbox.")
    private String place = "";

    @Override
    public Integer call() throws IOException {
        if (place.startsWith(ID_PREFIX) && !place.contains("/")) {
            refuse(name -> !FOR_A_SERVER.contains(name) && !FOR_BOTH.contains(name), "a sandbox of a server");
            SandboxOptions inside = options.sandbox();
            return new RemoteShell(place, shell, inside.environment(), inside.workdir()).run(server);
        }
        refuse(FOR_A_SERVER::contains, "a directory");
        return overDirectory(shell == null ? "sh" : shell);
    }

    /** An option without effect may be a protection that somebody relies on. */
    private void refuse(Predicate<String> option, String where) throws Failure {
        for (OptionSpec given : spec.commandLine().getParseResult().matchedOptionsSet()) {
            if (option.test(given.longestName())) {
                throw new Failure(Failure.USAGE, given.longestName() + " has no effect on " + where + "; leave it out");
            }
        }
    }

    private int overDirectory(String program) throws IOException {
        WindowSize size = LocalTerminal.size("run DIR -- " + program);
        LocalRun run = options.over(place, List.of(program));
        RunReport report = run.execute(sandbox -> converse(sandbox, program, size));
        report.summarize(System.err);
        return report.result().exitCode();
    }

    private ExecutionResult converse(Sandbox sandbox, String program, WindowSize size) throws IOException {
        Command command = options.sandbox()
                .command(List.of(program))
                .withStreams(Input.from(LocalTerminal.DESCRIPTOR), Output.to(1), Output.discard());
        TerminalExecution execution = sandbox.execInTerminal(command, size);
        execution.follow(LocalTerminal.DESCRIPTOR);
        try (LocalTerminal lent = LocalTerminal.lend()) {
            assert lent != null;
            return execution.await();
        }
    }
}
