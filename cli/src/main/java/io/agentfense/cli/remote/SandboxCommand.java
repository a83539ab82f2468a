package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.Failure;
import io.agentfense.cli.RuleOptions;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.net.BindException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense sandbox}: sandboxes on a server, and what they wrote. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        header = {
            "Sandboxes on a server.",
            "",
            "Examples:",
            "  sb=$(agentfense sandbox create $cb --preset agent-safe --start)",
            "  sb=$(agentfense sandbox create $cb --runtime docker --image python:3.11-slim --start)",
            "  agentfense exec $sb -- make test",
            "  agentfense sandbox diff $sb",
            "  agentfense sandbox rm $sb",
            ""
        })
public final class SandboxCommand {
    private static final String SANDBOXES = "/v1/sandboxes";

    private static String path(String id) {
        return SANDBOXES + "/" + Server.encoded(id);
    }

    @Command(name = "create", mixinStandardHelpOptions = true, header = "Make a sandbox and print its id.")
    int create(
            @Mixin ServerOptions options,
            @Mixin RuleOptions rules,
            @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Repeatable.") @Nullable
                    Map<String, String> labels,
            @Option(names = "--commit", paramLabel = "WHEN", description = "on_exec, on_stop or manual.") @Nullable
                    String commit,
            @Option(names = "--runtime", paramLabel = "RUNTIME", description = "bwrap or docker.") @Nullable
                    String runtime,
            @Option(names = "--image", paramLabel = "IMAGE", description = "Of which a container is made.") @Nullable
                    String image,
            @Option(names = "--root", description = "Be root in the container, if the server gives it.") boolean root,
            @Option(names = "--start", description = "Start it at once.") boolean start,
            @Parameters(paramLabel = "CODEBASE") String codebase)
            throws IOException {
        Server server = options.connect();
        ObjectNode body = Server.object().put("codebase_id", codebase);
        addRules(body, rules);
        (labels == null ? new LinkedHashMap<String, String>() : labels)
                .forEach((name, value) -> body.withObject("labels").put(name, value));
        if (commit != null) {
            body.put("commit", "COMMIT_MODE_" + commit.toUpperCase(Locale.ROOT));
        }
        if (runtime != null) {
            body.put("runtime", "RUNTIME_TYPE_" + runtime.toUpperCase(Locale.ROOT));
        }
        if (image != null) {
            body.put("image", image);
        }
        if (root) {
            body.put("root", true);
        }
        JsonNode made = server.post(SANDBOXES, body);
        JsonNode shown = start ? server.post(path(made.path("id").asText()) + "/start", Server.object()) : made;
        options.print(System.out, shown, "id");
        return 0;
    }

    private static void addRules(ObjectNode body, RuleOptions rules) {
        for (Rule rule : rules.rules("agent-safe")) {
            body.withArray("permissions")
                    .addObject()
                    .put("pattern", rule.pattern())
                    .put("type", "PATTERN_TYPE_" + rule.type().name())
                    .put("permission", "PERMISSION_" + rule.permission().name())
                    .put("priority", rule.priority())
                    .put("mask", rule.mask());
        }
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, header = "List sandboxes.")
    int list(
            @Mixin ServerOptions options,
            @Option(names = "--codebase", paramLabel = "CODEBASE", defaultValue = "") String codebase)
            throws IOException {
        JsonNode answer = options.connect().get(SANDBOXES + "?codebase_id=" + Server.encoded(codebase));
        options.table(
                System.out, answer, "sandboxes", "id", "codebaseId", "status", "createdAt", "expiresAt", "reason");
        return 0;
    }

    @Command(name = "get", mixinStandardHelpOptions = true, header = "Print all there is to say of a sandbox.")
    int get(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        System.out.println(options.connect().get(path(id)).toPrettyString());
        return 0;
    }

    @Command(name = "start", mixinStandardHelpOptions = true, header = "Start a sandbox.")
    int start(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        options.print(System.out, options.connect().post(path(id) + "/start", Server.object()), "id");
        return 0;
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, header = "Stop a sandbox; what it wrote is kept.")
    int stop(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        options.print(System.out, options.connect().post(path(id) + "/stop", Server.object()), "id");
        return 0;
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, header = "Destroy sandboxes, in whatever state.")
    int remove(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX", arity = "1..*") List<String> ids)
            throws IOException {
        Server server = options.connect();
        for (String id : ids) {
            server.delete(path(id));
        }
        return 0;
    }

    @Command(
            name = "events",
            mixinStandardHelpOptions = true,
            header = "Show the limits that a sandbox reached, and what its network policy denied.")
    int events(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        JsonNode answer = options.connect().get(path(id) + "/events");
        options.table(System.out, answer, "events", "timestamp", "event", "resource", "host", "port", "rule", "count");
        return 0;
    }

    @Command(
            name = "forward",
            mixinStandardHelpOptions = true,
            header = {
                "Reach a port inside a sandbox at a port of this machine's loopback device, until interrupted.",
                "",
                "Examples:",
                "  agentfense sandbox forward $sb 8000",
                "  agentfense sandbox forward $sb 5432 --local 15432",
                ""
            })
    int forward(
            @Mixin ServerOptions options,
            @Option(
                            names = "--local",
                            paramLabel = "PORT",
                            description = "Here; 0 for any that is free. The same as inside if not given.")
                    @Nullable
                    Integer local,
            @Parameters(paramLabel = "SANDBOX", index = "0") String id,
            @Parameters(paramLabel = "PORT", index = "1", description = "Inside.") int port)
            throws IOException {
        Server server = options.connect();
        var _ = server.get(path(id));
        Consumer<String> complaints = System.err::println;
        try (PortForward forward =
                new PortForward(server, path(id) + "/ports/" + port, local == null ? port : local, complaints)) {
            System.out.println("127.0.0.1:" + forward.localPort() + " leads to port " + port + " of " + id);
            forward.serve();
        } catch (BindException e) {
            throw new Failure(Failure.CONFLICT, "the port is taken here: choose another with --local");
        }
        return 0;
    }

    @Command(name = "diff", mixinStandardHelpOptions = true, header = "Show what a sandbox has not committed.")
    int diff(
            @Mixin ServerOptions options,
            @Option(names = "--patch", description = "As a patch that git apply takes.") boolean patch,
            @Parameters(paramLabel = "SANDBOX") String id)
            throws IOException {
        JsonNode answer = options.connect().get(path(id) + "/diff?patch=" + patch);
        if (patch) {
            System.out.write(answer.path("patch").binaryValue());
            System.out.flush();
            return 0;
        }
        options.table(System.out, answer, "changes", "kind", "path", "conflict");
        return 0;
    }

    @Command(name = "commit", mixinStandardHelpOptions = true, header = "Land what a sandbox wrote in its codebase.")
    int commit(
            @Mixin ServerOptions options,
            @Option(names = "--force", description = "The sandbox's side wins conflicts.") boolean force,
            @Parameters(paramLabel = "SANDBOX", index = "0") String id,
            @Parameters(paramLabel = "PATH", index = "1..*", arity = "0..*") @Nullable List<String> paths)
            throws IOException {
        ObjectNode body = Server.object().put("conflicts", force ? "CONFLICT_MODE_LAST_WRITER" : "CONFLICT_MODE_FAIL");
        (paths == null ? List.<String>of() : paths)
                .forEach(path -> body.withArray("paths").add(path));
        JsonNode answer = options.connect().post(path(id) + "/commit", body);
        options.table(System.out, answer, "landed", "kind", "path");
        return 0;
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, header = "Drop what a sandbox has not committed.")
    int discard(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        options.connect().post(path(id) + "/discard", Server.object());
        return 0;
    }

    @Command(name = "snapshot", mixinStandardHelpOptions = true, header = "Keep the present state; print its id.")
    int snapshot(
            @Mixin ServerOptions options,
            @Parameters(paramLabel = "SANDBOX") String id,
            @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = "") String name)
            throws IOException {
        ObjectNode body = Server.object().put("name", name);
        options.print(System.out, options.connect().post(path(id) + "/snapshots", body), "id");
        return 0;
    }

    @Command(name = "rollback", mixinStandardHelpOptions = true, header = "Go back to a snapshot.")
    int rollback(
            @Mixin ServerOptions options,
            @Parameters(paramLabel = "SANDBOX") String id,
            @Parameters(paramLabel = "SNAPSHOT") String snapshot)
            throws IOException {
        options.connect().post(path(id) + "/rollback", Server.object().put("snapshot_id", snapshot));
        return 0;
    }

    @Command(name = "fork", mixinStandardHelpOptions = true, header = "Make a sandbox that begins as this one is now.")
    int fork(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        options.print(System.out, options.connect().post(path(id) + "/fork", Server.object()), "id");
        return 0;
    }

    @Command(name = "rules", mixinStandardHelpOptions = true, header = "Put other rules in force, at once.")
    int rules(@Mixin ServerOptions options, @Mixin RuleOptions rules, @Parameters(paramLabel = "SANDBOX") String id)
            throws IOException {
        ObjectNode body = Server.object();
        addRules(body, rules);
        options.print(System.out, options.connect().put(path(id) + "/permissions", body), "id");
        return 0;
    }

    @Command(name = "denials", mixinStandardHelpOptions = true, header = "List what the rules have refused.")
    int denials(@Mixin ServerOptions options, @Parameters(paramLabel = "SANDBOX") String id) throws IOException {
        JsonNode answer = options.connect().get(path(id) + "/denials");
        options.table(System.out, answer, "denials", "count", "operation", "path", "permission");
        return 0;
    }
}
