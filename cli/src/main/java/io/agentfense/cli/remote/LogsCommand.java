package io.agentfense.cli.remote;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code agentfense logs}: the output of a command in the background. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        header = {
            "Prints what a command in the background has written, and what it writes, until it ends.",
            "",
            "Examples:",
            "  agentfense logs sb_0123456789abcdef proc_1",
            ""
        },
        footer = {"", "The exit code is the command's own."})
public final class LogsCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox = "";

    @Parameters(index = "1", paramLabel = "PROCESS")
    private String process = "";

    @Override
    public Integer call() throws IOException {
        return OutputPrinter.print(options.connect()
                .download("/v1/sandboxes/" + Server.encoded(sandbox) + "/processes/" + Server.encoded(process)
                        + "/output"));
    }
}
