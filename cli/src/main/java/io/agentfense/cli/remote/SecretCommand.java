package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.Failure;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense secret}: what sandboxes of a server use without seeing it. */
@Command(
        name = "secret",
        mixinStandardHelpOptions = true,
        header = {
            "Secrets that sandboxes use without seeing them. Nothing tells a value again.",
            "",
            "Examples:",
            "  agentfense secret set github_token              asks for the value, or takes it from a pipe",
            "  agentfense secret set github_token --file token.txt",
            "  agentfense secret ls",
            "  agentfense secret rm github_token",
            ""
        })
public final class SecretCommand {
    private static final int LONGEST = 64 << 10;

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            header = "Keep a value under a name, instead of any before.")
    int set(
            @Mixin ServerOptions options,
            @Option(names = "--file", paramLabel = "FILE", description = "Holds the value; else standard input does.")
                    @Nullable
                    Path file,
            @Option(names = "--user", paramLabel = "USER", description = "Whose it is; else yours.") @Nullable
                    String user,
            @Parameters(paramLabel = "NAME") String name)
            throws IOException {
        ObjectNode body = Server.object().put("value", value(file));
        if (user != null) {
            body.put("user_id", user);
        }
        options.print(System.out, options.connect().put("/v1/secrets/" + Server.encoded(name), body), "name");
        return 0;
    }

    /** Never from the command line, which every process may read. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    private static String value(@Nullable Path file) throws IOException {
        Console console = System.console();
        if (file == null && console != null && console.isTerminal()) {
            char[] typed = console.readPassword("Value: ");
            if (typed == null) {
                throw new Failure(Failure.USAGE, "no value was given");
            }
            return new String(typed);
        }
        byte[] bytes = file == null ? System.in.readNBytes(LONGEST) : Files.readAllBytes(file);
        // An editor's or echo's newline is none of it.
        return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
    }

    @Command(
            name = "ls",
            aliases = "list",
            mixinStandardHelpOptions = true,
            header = "List names and times, without values.")
    int list(
            @Mixin ServerOptions options,
            @Option(names = "--user", paramLabel = "USER", description = "Whose; else yours.") @Nullable String user)
            throws IOException {
        String query = user == null ? "" : "?user_id=" + Server.encoded(user);
        options.table(
                System.out,
                options.connect().get("/v1/secrets" + query),
                "secrets",
                "name",
                "userId",
                "createdAt",
                "updatedAt");
        return 0;
    }

    @Command(name = "rm", aliases = "remove", mixinStandardHelpOptions = true, header = "Forget a secret.")
    int remove(
            @Mixin ServerOptions options,
            @Option(names = "--user", paramLabel = "USER", description = "Whose it is; else yours.") @Nullable
                    String user,
            @Parameters(paramLabel = "NAME") String name)
            throws IOException {
        String query = user == null ? "" : "?user_id=" + Server.encoded(user);
        options.connect().delete("/v1/secrets/" + Server.encoded(name) + query);
        return 0;
    }
}
