package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense incident}: what to do with a sandbox of a server that may have been taken over. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        header = {
            "Isolate sandboxes of a server and report what they did; for administrators.",
            "",
            "Examples:",
            "  agentfense incident isolate $sb --reason 'probes for secrets'",
            "  agentfense audit query --sandbox $sb      what it did",
            "  agentfense incident report $sb            all of it in one archive",
            "  agentfense sandbox rm $sb                 once the report is safe",
            "  agentfense user block mallory --reason 'see the report'",
            "  agentfense incident release $sb           if it was a false alarm",
            ""
        })
public final class IncidentCommand {
    private static final String SANDBOXES = "/v1/sandboxes/";

    @Command(
            name = "isolate",
            mixinStandardHelpOptions = true,
            header = {
                "Stop the processes of sandboxes where they are, end their connections, and let nobody do anything in them.",
                "What they wrote is kept as it is, and committed by nobody.",
                "",
                "Examples:",
                "  agentfense incident isolate $sb --reason 'probes for secrets'",
                "  agentfense incident isolate $sb --kill    end what this machine can't freeze",
                ""
            })
    int isolate(
            @Mixin ServerOptions options,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "For the audit log.")
                    String reason,
            @Option(
                            names = "--kill",
                            description = "End processes that can't be frozen or cut off, instead of failing.")
                    boolean kill,
            @Parameters(paramLabel = "SANDBOX", arity = "1..*") List<String> ids)
            throws IOException {
        Server server = options.connect();
        JsonNode body = Server.object().put("reason", reason).put("kill", kill);
        each(ids, id -> options.print(System.out, server.post(path(id) + "/isolate", body), "processes"));
        return 0;
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            header = {
                "Let sandboxes that were isolated go on.",
                "",
                "Examples:",
                "  agentfense incident release $sb --reason 'a false alarm'",
                ""
            })
    int release(
            @Mixin ServerOptions options,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "For the audit log.")
                    String reason,
            @Parameters(paramLabel = "SANDBOX", arity = "1..*") List<String> ids)
            throws IOException {
        Server server = options.connect();
        JsonNode body = Server.object().put("reason", reason);
        each(ids, id -> options.print(System.out, server.post(path(id) + "/release", body), "id"));
        return 0;
    }

    @Command(
            name = "report",
            mixinStandardHelpOptions = true,
            header = {
                "Write an archive with all there is to know of a sandbox, also of one that was destroyed.",
                "It ends with SHA256SUMS, and holds proofs that its events are in the server's audit log.",
                "",
                "Examples:",
                "  agentfense incident report $sb",
                "  agentfense incident report $sb -o case7.tar.gz --max-bytes 10000000",
                "  tar -xzf incident-$sb.tar.gz && cd incident-$sb && sha256sum -c SHA256SUMS",
                ""
            })
    int report(
            @Mixin ServerOptions options,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "For the audit log.")
                    String reason,
            @Option(
                            names = "--max-bytes",
                            paramLabel = "BYTES",
                            defaultValue = "0",
                            description =
                                    "Of the content of its files; 1 GiB if not given. What is too much is listed.")
                    long most,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "incident-SANDBOX.tar.gz here if not given. Never written over.")
                    @Nullable
                    Path output,
            @Parameters(paramLabel = "SANDBOX") String id)
            throws IOException {
        Server server = options.connect();
        String query = "/report?reason=" + Server.encoded(reason) + "&max_bytes=" + most;
        Path file = output == null ? Path.of("incident-" + id.replace('/', '_') + ".tar.gz") : output;
        create(file);
        boolean whole = false;
        try (InputStream in = server.download(path(id) + query);
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            in.transferTo(out);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
        options.print(System.out, Server.object().put("file", file.toString()), "file");
        return 0;
    }

    /** For its owner alone: it will be evidence, and may hold secrets. */
    private static void create(Path file) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)
                    .close();
        } catch (FileAlreadyExistsException e) {
            throw new Failure(Failure.CONFLICT, file + " is there already: name another file with --output");
        }
    }

    @Command(
            name = "list",
            aliases = "ls",
            mixinStandardHelpOptions = true,
            header = {
                "List the sandboxes that are isolated, for auditors too.",
                "",
                "Examples:",
                "  agentfense incident list",
                ""
            })
    int list(@Mixin ServerOptions options) throws IOException {
        JsonNode answer = options.connect().get("/v1/incidents");
        ArrayNode rows = Server.object().putArray("incidents");
        answer.path("incidents")
                .forEach(incident -> rows.addObject()
                        .put("id", incident.path("sandbox").path("id").asText())
                        .put("owner", incident.path("sandbox").path("ownerId").asText())
                        .put("since", incident.path("isolatedAt").asText())
                        .put("by", incident.path("isolatedBy").asText())
                        .put("processes", incident.path("processes").asText())
                        .put("reason", incident.path("reason").asText()));
        options.table(
                System.out,
                Server.object().set("incidents", rows),
                "incidents",
                "id",
                "owner",
                "since",
                "by",
                "processes",
                "reason");
        return 0;
    }

    private static String path(String id) {
        return SANDBOXES + Server.encoded(id);
    }

    /** What is done with one sandbox. */
    @FunctionalInterface
    private interface Step {
        void of(String id) throws IOException;
    }

    /** With each, whatever becomes of the others; fails as the first that fails. */
    private static void each(List<String> ids, Step step) throws IOException {
        IOException first = null;
        for (String id : ids) {
            try {
                step.of(id);
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    System.err.println("agentfense: " + e.getMessage());
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
