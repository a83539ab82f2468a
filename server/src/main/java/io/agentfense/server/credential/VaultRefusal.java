package io.agentfense.server.credential;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What a Vault means by an answer that is no success, in our words: its own may repeat what it was told. Stateless. */
final class VaultRefusal {
    private VaultRefusal() {}

    static String of(VaultApi.Answer answer) {
        return switch (answer.status()) {
            case 400 -> "it can't read the request, or does not know the role or its secret id (400)";
            case 403 -> "permission denied: the token has ended, or its policies do not allow it (403)";
            case 404 -> "there is nothing of that name, or its latest version is deleted (404)";
            case 307, 308 ->
                "it names another node, to which no token is sent; give that one's address (" + answer.status() + ")";
            case 429, 472, 473 -> "this node is a standby (" + answer.status() + ")";
            case 503 -> isSealed(answer.body()) ? "it is sealed; unseal it first (503)" : "it is not ready (503)";
            default -> "it answers " + answer.status();
        };
    }

    private static boolean isSealed(JsonNode body) {
        return body.path("errors").toString().toLowerCase(Locale.ROOT).contains("sealed");
    }
}
