package io.agentfense.cli.remote;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and as whom: a mixin for every command that talks to one. */
public class ServerChoice {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server; else $AGENTFENSE_ENDPOINT, the context file, http://localhost:8080.")
    private @Nullable String server;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "An API key; better in $AGENTFENSE_API_KEY or the context file, where no other process sees it.")
    private @Nullable String key;

    /**
     * The server.
     *
     * @throws Failure if what was given is no address
     */
    public Server connect() throws IOException {
        return new Server(Context.of(Optional.ofNullable(server), Optional.ofNullable(key), System.getenv()));
    }
}
