package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.policy.PathText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a server told of credentials in an upload. */
final class UploadSecrets {
    private UploadSecrets() {}

    /** Prints a line for each, as {@code agentfense scan} does, and how many more there are. */
    static void print(PrintStream err, JsonNode answer) {
        JsonNode secrets = answer.path("secrets");
        for (JsonNode secret : secrets) {
            String path = PathText.printable(secret.path("path").asText().getBytes(StandardCharsets.UTF_8));
            err.println("agentfense: a secret was uploaded: " + path + ":"
                    + secret.path("line").asText() + ": " + word(secret, "rule") + ": " + word(secret, "masked"));
        }
        long more = answer.path("secretCount").asLong() - secrets.size();
        if (more > 0) {
            err.println("agentfense: and " + more + " more secrets");
        }
    }

    private static String word(JsonNode secret, String name) {
        return PathText.printable(secret.path(name).asText().getBytes(StandardCharsets.UTF_8));
    }
}
