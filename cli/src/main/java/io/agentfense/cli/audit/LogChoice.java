package io.agentfense.cli.audit;

import io.agentfense.cli.Failure;
import io.agentfense.linux.Credentials;
import io.agentfense.workspace.delta.StateRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which log. */
final class LogChoice {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The log's directory. Default: where a server of this user keeps it.")
    private @Nullable Path directory;

    /** @throws Failure if there is none */
    Path directory() throws Failure {
        Path chosen = directory != null
                ? directory
                : Path.of(StateRoot.of(System.getenv(), Credentials.uid()).path(), "audit");
        if (!Files.isDirectory(chosen)) {
            throw new Failure(
                    Failure.USAGE, "there is no audit log in " + chosen + "; name its directory with --dir DIR");
        }
        return chosen;
    }
}
