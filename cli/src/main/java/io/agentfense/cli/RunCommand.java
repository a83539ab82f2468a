package io.agentfense.cli;

import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.Input;
import io.agentfense.sandbox.Output;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
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
            "  agentfense run --preset development --timeout 60s --memory 1g . -- sh -c 'npm test'",
            "  agentfense run --rule '/build/**=write' --json . -- make",
            "  agentfense run --secrets hide . -- make   without the files that hold secrets",
            "  agentfense run --agent-ignore . -- make   without what .agentignore names",
            ""
        },
        footer = {
            "",
            "The exit code is the command's own; 124 if its time was up, 125 if agentfense failed before it ran, 126 if"
                    + " it can't be executed, 127 if it is not there, 128+n if signal n ended it."
        })
final class RunCommand implements Callable<Integer> {
    private static final int CAPTURE_BYTES = 16 << 20;

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--json",
            description = "Print one document: exit code, outputs (16 MiB of each at most), changes, denials.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "DIR", description = "The codebase.")
    private String directory = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "The command, after --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException {
        LocalRun run = options.over(directory, command);
        RunReport report = run.execute(sandbox -> sandbox.exec(toRun()).await());
        if (json) {
            report.document(System.out);
        } else {
            report.summarize(System.err);
        }
        return report.result().exitCode();
    }

    private Command toRun() {
        Command wanted = options.sandbox().command(command);
        return json
                ? wanted.withStreams(Input.from(0), Output.capture(CAPTURE_BYTES), Output.capture(CAPTURE_BYTES))
                : wanted.withStreams(Input.from(0), Output.to(1), Output.to(2));
    }
}
