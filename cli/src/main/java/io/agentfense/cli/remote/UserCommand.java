package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense user}: who has what on a server; for administrators. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        header = {
            "Users of a server; for administrators.",
            "",
            "Examples:",
            "  agentfense user ls",
            "  agentfense user block mallory --reason 'probes for secrets'",
            ""
        })
public final class UserCommand {
    @Command(name = "ls", mixinStandardHelpOptions = true, header = "List users and what they have.")
    int list(@Mixin ServerOptions options) throws IOException {
        options.table(
                System.out,
                options.connect().get("/v1/users"),
                "users",
                "id",
                "blocked",
                "sandboxes",
                "runningSandboxes",
                "codebaseBytes",
                "reason");
        return 0;
    }

    @Command(name = "block", mixinStandardHelpOptions = true, header = "Stop a user's sandboxes and refuse its calls.")
    int block(
            @Mixin ServerOptions options,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "") String reason,
            @Parameters(paramLabel = "USER") String user)
            throws IOException {
        ObjectNode body = Server.object().put("reason", reason);
        options.print(System.out, options.connect().post("/v1/users/" + Server.encoded(user) + "/block", body), "id");
        return 0;
    }

    @Command(name = "unblock", mixinStandardHelpOptions = true, header = "Let a user call again.")
    int unblock(@Mixin ServerOptions options, @Parameters(paramLabel = "USER") String user) throws IOException {
        options.print(
                System.out,
                options.connect().post("/v1/users/" + Server.encoded(user) + "/unblock", Server.object()),
                "id");
        return 0;
    }
}
