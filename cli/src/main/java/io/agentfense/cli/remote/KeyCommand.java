package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense key}: API keys of a server; for administrators. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        header = {
            "API keys of a server; for administrators. The first one is made by agentfense serve --new-key.",
            "",
            "Examples:",
            "  agentfense key create alice --description laptop",
            "  agentfense key ls",
            "  agentfense key revoke key_0123456789abcdef",
            ""
        })
public final class KeyCommand {
    @Command(name = "create", mixinStandardHelpOptions = true, header = "Make a key and print it, this once.")
    int create(
            @Mixin ServerOptions options,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            defaultValue = "user",
                            description = "user, auditor or admin.")
                    String role,
            @Option(names = "--description", paramLabel = "TEXT", defaultValue = "") String description,
            @Parameters(paramLabel = "USER") String user)
            throws IOException {
        ObjectNode body = Server.object()
                .put("user_id", user)
                .put("role", role.toUpperCase(Locale.ROOT))
                .put("description", description);
        options.print(System.out, options.connect().post("/v1/keys", body), "key");
        return 0;
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, header = "List keys, without the keys themselves.")
    int list(@Mixin ServerOptions options) throws IOException {
        options.table(
                System.out,
                options.connect().get("/v1/keys"),
                "keys",
                "id",
                "userId",
                "role",
                "description",
                "createdAt",
                "lastUsedAt");
        return 0;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, header = "Make a key worthless.")
    int revoke(@Mixin ServerOptions options, @Parameters(paramLabel = "KEY-ID") String id) throws IOException {
        options.connect().delete("/v1/keys/" + Server.encoded(id));
        return 0;
    }
}
