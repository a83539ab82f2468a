package io.agentfense.server.codebase;

import io.agentfense.secret.Finding;
import io.agentfense.workspace.delta.BytePath;

/**
 * A credential in a file of an upload. Nothing of it is in here but what may be shown.
 *
 * @param path in the codebase
 * @param line that it begins in, from 1; 0 for {@link Finding#UNSCANNED}
 * @param rule the id of the rule that it was found by
 * @param masked at most the characters that all of its kind begin with, and stars
 */
public record UploadedSecret(BytePath path, long line, String rule, String masked) {
    /** For a refusal: where it is and what, on one line. */
    String text() {
        return rule.equals(Finding.UNSCANNED)
                ? path + " can't be scanned to its end"
                : path + " has a secret in line " + line + " (" + rule + ")";
    }
}
