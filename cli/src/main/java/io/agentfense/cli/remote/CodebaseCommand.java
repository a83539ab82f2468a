package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.Failure;
import io.agentfense.ignore.Exclusions;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense codebase}: codebases on a server, and their files. */
@Command(
        name = "codebase",
        mixinStandardHelpOptions = true,
        header = {
            "Codebases on a server.",
            "",
            "Examples:",
            "  cb=$(agentfense codebase create demo --owner me)",
            "  agentfense codebase upload $cb ./project",
            "  agentfense codebase files $cb",
            "  agentfense codebase download $cb ./copy",
            ""
        })
public final class CodebaseCommand {
    @Command(name = "create", mixinStandardHelpOptions = true, header = "Make an empty codebase and print its id.")
    int create(
            @Mixin ServerOptions options,
            @Option(
                            names = "--owner",
                            paramLabel = "USER",
                            description = "Whose it is; you, on a server that knows you.")
                    @Nullable
                    String owner,
            @Option(
                            names = "--local",
                            paramLabel = "DIR",
                            description = "A directory of the server's machine, used where it lies.")
                    @Nullable
                    String local,
            @Parameters(paramLabel = "NAME") String name)
            throws IOException {
        ObjectNode body = Server.object().put("name", name);
        body.put("owner_id", owner == null ? System.getProperty("user.name") : owner);
        if (local != null) {
            body.put("local_path", local);
        }
        options.print(System.out, options.connect().post("/v1/codebases", body), "id");
        return 0;
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, header = "List codebases.")
    int list(@Mixin ServerOptions options) throws IOException {
        JsonNode answer = options.connect().get("/v1/codebases");
        options.table(System.out, answer, "codebases", "id", "name", "ownerId", "size", "fileCount", "updatedAt");
        return 0;
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, header = "Delete a codebase with its files.")
    int remove(
            @Mixin ServerOptions options,
            @Option(names = "--force", description = "Destroy the sandboxes that use it.") boolean force,
            @Parameters(paramLabel = "CODEBASE") String id)
            throws IOException {
        options.connect().delete("/v1/codebases/" + Server.encoded(id) + (force ? "?force=true" : ""));
        return 0;
    }

    @Command(name = "files", mixinStandardHelpOptions = true, header = "List the files of a codebase.")
    int files(
            @Mixin ServerOptions options,
            @Option(
                            names = {"-r", "--recursive"},
                            description = "Also what is below.")
                    boolean recursive,
            @Parameters(paramLabel = "CODEBASE") String id,
            @Parameters(paramLabel = "PATH", arity = "0..1", defaultValue = "") String path)
            throws IOException {
        JsonNode answer = options.connect()
                .get("/v1/codebases/" + Server.encoded(id) + "/files?recursive=" + recursive + "&path="
                        + Server.encoded(path));
        options.table(System.out, answer, "files", "path", "size", "modifiedAt");
        return 0;
    }

    @Command(
            name = "upload",
            mixinStandardHelpOptions = true,
            header = "Upload a directory, without what ignore files leave out, or one file.",
            footer = {
                "",
                "Ignore files are .gitignore and .sandboxignore, by git's rules. Left out without",
                "them too, unless a file takes it in again (!.env): .git, .env, node_modules,",
                "virtual environments and what caches and compilers leave.",
                "",
                "Examples:",
                "  agentfense codebase upload cb_0123456789abcdef .",
                "  agentfense codebase upload --dry-run cb_0123456789abcdef .",
                "  agentfense codebase upload --exclude '*.pem' cb_0123456789abcdef .",
                "  agentfense codebase upload --agent-ignore cb_0123456789abcdef ."
            })
    int upload(
            @Mixin ServerOptions options,
            @Option(names = "--no-ignore", description = "Take everything, whatever ignore files say.")
                    boolean noIgnore,
            @Option(
                            names = "--exclude",
                            paramLabel = "PATTERN",
                            description = "Leave out what this pattern of .gitignore names; repeatable.")
                    @Nullable
                    List<String> exclude,
            @Option(
                            names = "--agent-ignore",
                            description = "Leave out what .agentignore, .aiignore and .cursorignore files name too, and"
                                    + " these files; also with --no-ignore.")
                    boolean agentIgnore,
            @Option(names = "--dry-run", description = "Upload nothing; say what would go, and why the rest would not.")
                    boolean dryRun,
            @Parameters(paramLabel = "CODEBASE") String id,
            @Parameters(paramLabel = "SOURCE") Path source,
            @Parameters(paramLabel = "PATH", arity = "0..1", defaultValue = "", description = "Where to.") String path)
            throws IOException {
        if (Files.isDirectory(source)) {
            UploadPlan plan =
                    UploadPlan.of(source, Exclusions.of(!noIgnore, exclude == null ? List.of() : exclude, agentIgnore));
            if (dryRun) {
                options.print(System.out, plan);
                return 0;
            }
            if (!plan.left().isEmpty()) {
                System.err.println("agentfense: " + plan.left().size()
                        + " left out by ignore rules; --dry-run says which, --no-ignore takes them");
            }
            Server server = options.connect();
            Tar tar = Tar.of(source, plan.taken());
            JsonNode answer = server.upload(
                    "/v1/codebases/" + Server.encoded(id) + "/archive?path=" + Server.encoded(path),
                    BodyPublishers.ofInputStream(tar::output));
            tar.finish();
            UploadSecrets.print(System.err, answer);
            options.print(System.out, answer, "files");
            return 0;
        }
        if (agentIgnore) {
            throw new Failure(Failure.USAGE, "--agent-ignore has no effect on one file; leave it out");
        }
        if (!Files.isRegularFile(source)) {
            throw new Failure(Failure.USAGE, source + " is neither a directory nor a file");
        }
        if (dryRun) {
            System.out.println("+ " + source.getFileName());
            return 0;
        }
        Server server = options.connect();
        String target = path.isEmpty() ? String.valueOf(source.getFileName()) : path;
        String mode = Files.isExecutable(source) ? "755" : "644";
        JsonNode answer = server.put(
                "/v1/codebases/" + Server.encoded(id) + "/files/" + Server.encodedPath(target) + "?mode=" + mode,
                BodyPublishers.ofFile(source));
        UploadSecrets.print(System.err, answer);
        options.print(System.out, answer, "size");
        return 0;
    }

    @Command(
            name = "download",
            mixinStandardHelpOptions = true,
            header = "Download a codebase into a directory, which is made.")
    int download(
            @Mixin ServerOptions options,
            @Parameters(paramLabel = "CODEBASE") String id,
            @Parameters(paramLabel = "DIR") Path target)
            throws IOException {
        Files.createDirectories(target);
        try (InputStream archive = options.connect().download("/v1/codebases/" + Server.encoded(id) + "/archive")) {
            Tar.extract(archive, target);
        }
        return 0;
    }
}
