package io.agentfense.cli;

import io.agentfense.linux.RawMode;
import io.agentfense.linux.Terminal;
import io.agentfense.linux.WindowSize;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Output;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.TerminalExecution;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense shell}: an interactive shell in a sandbox over a directory. */
@CommandLine.Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        header = {
            "Opens a shell over a directory, under a policy, in a sandbox.",
            "",
            "Examples:",
            "  agentfense shell .",
            "  agentfense shell --preset development --shell bash .",
            ""
        })
final class ShellCommand implements Callable<Integer> {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Mixin
    private SandboxOptions options = new SandboxOptions();

    @Option(names = "--shell", paramLabel = "PROGRAM", description = "Which shell: sh by default.")
    private String shell = "sh";

    @Mixin
    private Ending ending = new Ending();

    @Parameters(index = "0", paramLabel = "DIR", description = "The codebase.")
    private String directory = "";

    @Override
    public Integer call() throws IOException {
        if (Terminal.sizeOf(0).isEmpty()) {
            throw new Failure(Failure.USAGE, "standard input is no terminal; use: agentfense run DIR -- " + shell);
        }
        LocalRun run = new LocalRun(directory, rules, options, List.of(shell), ending.afterwards());
        RunReport report = run.execute(this::converse);
        report.summarize(System.err);
        return report.result().exitCode();
    }

    private ExecutionResult converse(Sandbox sandbox) throws IOException {
        Command command = options.command(List.of(shell)).withStreams(Input.from(0), Output.to(1), Output.discard());
        TerminalExecution execution =
                sandbox.execInTerminal(command, Terminal.sizeOf(0).orElse(WindowSize.DEFAULT));
        execution.follow(0);
        try (RawMode raw = RawMode.enter(0)) {
            assert raw != null;
            return execution.await();
        }
    }
}
