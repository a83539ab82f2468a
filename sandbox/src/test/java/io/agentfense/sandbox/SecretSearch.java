package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Looks for secrets in files, in every form in which programs usually write them; by a program that is none of ours. */
final class SecretSearch {
    private SecretSearch() {}

    /** The files below a directory that hold one, each with the form before it. */
    static List<String> in(Path directory, byte[] secret) throws IOException {
        Process process = new ProcessBuilder(
                        "python3",
                        "src/test/python/find_secret.py",
                        HexFormat.of().formatHex(secret),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("find_secret.py ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return found.lines().toList();
    }
}
