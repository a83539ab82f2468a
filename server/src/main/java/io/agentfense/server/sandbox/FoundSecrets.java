package io.agentfense.server.sandbox;

import io.agentfense.secret.watch.SecretFile;
import io.agentfense.workspace.delta.BytePath;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A sandbox may not start since its codebase has files with secrets. The message names them, and nothing of the secrets. */
final class FoundSecrets extends IOException {
    private static final long serialVersionUID = 1;
    private static final int MOST_NAMED = 5;

    FoundSecrets(List<SecretFile> files) {
        super("its codebase has files with secrets: "
                + files.stream().limit(MOST_NAMED).map(FoundSecrets::text).collect(Collectors.joining(", "))
                + (files.size() > MOST_NAMED ? " and " + (files.size() - MOST_NAMED) + " more" : "")
                + "; take them out, or list them in secrets.allow");
    }

    private static String text(SecretFile file) {
        return "/" + BytePath.of(file.path()) + why(file);
    }

    /** What was found in it, in brackets. */
    static String why(SecretFile file) {
        return file.line() > 0 ? " (" + file.rule() + " in line " + file.line() + ")" : " (" + file.rule() + ")";
    }
}
