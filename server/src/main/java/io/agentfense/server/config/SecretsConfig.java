package io.agentfense.server.config;

import java.util.List;

/**
 * Section {@code secrets}.
 *
 * @param uploads what is done about credentials in uploads
 * @param sandboxes what is done about those in the codebases of sandboxes
 * @param environment what is done about those in the variables of commands and sessions
 * @param allow patterns of rules; files that one of them matches may hold some
 */
public record SecretsConfig(
        SentSecrets uploads, SandboxSecrets sandboxes, SentSecrets environment, List<String> allow) {
    /** Copies the list. */
    public SecretsConfig {
        allow = List.copyOf(allow);
    }
}
