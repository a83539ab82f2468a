package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense session}: shells in sandboxes that keep their state between commands. */
@Command(
        name = "session",
        mixinStandardHelpOptions = true,
        header = {
            "Shells that keep their state between commands.",
            "",
            "Examples:",
            "  s=$(agentfense session create sb_0123456789abcdef)",
            "  agentfense session exec $s -- 'cd src; export DEBUG=1'",
            "  agentfense session exec $s -- 'pwd; echo $DEBUG'",
            "  agentfense session rm $s",
            ""
        })
public final class SessionCommand {
    private static String path(String id) {
        return "/v1/sessions/" + Server.encoded(id);
    }

    @Command(name = "create", mixinStandardHelpOptions = true, header = "Start a shell and print its id.")
    int create(
            @Mixin ServerOptions options,
            @Option(names = "--shell", paramLabel = "PATH", defaultValue = "/bin/sh") String shell,
            @Parameters(paramLabel = "SANDBOX") String sandbox)
            throws IOException {
        ObjectNode body = Server.object().put("shell", shell);
        String where = "/v1/sandboxes/" + Server.encoded(sandbox) + "/sessions";
        options.print(System.out, options.connect().post(where, body), "id");
        return 0;
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, header = "List the sessions of a sandbox, closed ones too.")
    int list(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String sandbox) throws IOException {
        JsonNode answer = options.connect().get("/v1/sandboxes/" + Server.encoded(sandbox) + "/sessions");
        options.table(System.out, answer, "sessions", "id", "status", "shell", "createdAt", "reason");
        return 0;
    }

    @Command(name = "exec", mixinStandardHelpOptions = true, header = "Run shell text in a session.")
    int exec(
            @Mixin ServerOptions options,
            @Parameters(paramLabel = "SESSION", index = "0") String session,
            @Parameters(paramLabel = "TEXT", index = "1..*", arity = "1..*") List<String> text)
            throws IOException {
        ObjectNode body = Server.object().put("command", String.join(" ", text));
        return OutputPrinter.print(options.connect().stream(path(session) + "/exec/stream", body));
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, header = "End a session with all it started.")
    int remove(@Mixin ServerOptions options, @Parameters(paramLabel = "SESSION") String session) throws IOException {
        options.connect().delete(path(session));
        return 0;
    }
}
