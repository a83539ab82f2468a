package io.agentfense.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.cli.remote.Server;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;

/**
 * A codebase with secrets that are none, and sandboxes over it, in which a deployment is tried. Closing it removes
 * everything. Not thread-safe.
 */
final class Laboratory implements AutoCloseable {
    /** What stands in each planted secret. */
    static final String MARKER = "agentfense-doctor-4f1d";

    private final Server server;
    private final String codebase;

    private Laboratory(Server server, String codebase) {
        this.server = server;
        this.codebase = codebase;
    }

    /** Makes the codebase, with these files: each holds the marker. */
    static Laboratory open(Server server, List<String> files) throws IOException {
        ObjectNode wanted = Server.object().put("name", "agentfense-doctor").put("owner_id", "agentfense-doctor");
        Laboratory made = new Laboratory(
                server, server.post("/v1/codebases", wanted).path("id").asText());
        try {
            for (String file : files) {
                String path = "/v1/codebases/" + Server.encoded(made.codebase) + "/files/" + Server.encodedPath(file);
                server.put(path, BodyPublishers.ofString("# " + MARKER + "\n"));
            }
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** Starts a sandbox with the rules of {@code agent-safe}; its id. */
    String sandbox(Map<String, Long> limits, String expiresIn) throws IOException {
        ObjectNode wanted = Server.object().put("codebase_id", codebase).put("preset", "agent-safe");
        wanted.put("commit", "COMMIT_MODE_MANUAL");
        if (!expiresIn.isEmpty()) {
            wanted.put("expires_in", expiresIn);
        }
        limits.forEach((limit, value) -> wanted.withObject("resources").put(limit, value));
        String id = server.post("/v1/sandboxes", wanted).path("id").asText();
        server.post("/v1/sandboxes/" + Server.encoded(id) + "/start", Server.object());
        return id;
    }

    /** What a command gave. */
    record Ran(int exitCode, String output, String limit) {}

    /** Runs one. */
    Ran run(String sandbox, String command) throws IOException {
        ObjectNode wanted = Server.object().put("command", command).put("timeout", "60s");
        JsonNode result = server.post("/v1/sandboxes/" + Server.encoded(sandbox) + "/exec", wanted);
        return new Ran(
                result.path("exitCode").asInt(),
                result.path("stdout").asText() + result.path("stderr").asText(),
                result.path("limitExceeded").asText());
    }

    @Override
    public void close() throws IOException {
        server.delete("/v1/codebases/" + Server.encoded(codebase) + "?force=true");
    }
}
