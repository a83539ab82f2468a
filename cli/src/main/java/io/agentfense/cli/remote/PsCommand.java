package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code agentfense ps}: the commands in the background of a sandbox. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        header = {
            "Lists the commands in the background of a sandbox, those that ended too.",
            "",
            "Examples:",
            "  agentfense ps sb_0123456789abcdef",
            ""
        })
public final class PsCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox = "";

    @Override
    public Integer call() throws IOException {
        JsonNode answer = options.connect().get("/v1/sandboxes/" + Server.encoded(sandbox) + "/processes");
        options.table(System.out, answer, "processes", "id", "running", "startedAt", "command");
        return 0;
    }
}
