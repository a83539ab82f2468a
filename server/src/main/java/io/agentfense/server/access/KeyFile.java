package io.agentfense.server.access;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;

/** Public keys in a file, read anew when the file changes; while it can't be read, the last ones hold. Thread-safe. */
final class KeyFile {
    private record Loaded(FileTime time, JWKSet keys) {}

    private final Path path;
    private volatile Loaded loaded;

    KeyFile(Path path) throws IOException, ParseException {
        this.path = path;
        loaded = load(path);
    }

    private static Loaded load(Path path) throws IOException, ParseException {
        FileTime time = Files.getLastModifiedTime(path);
        return new Loaded(time, JWKSet.load(path.toFile()).toPublicJWKSet());
    }

    JWKSet keys() {
        try {
            if (!Files.getLastModifiedTime(path).equals(loaded.time())) {
                loaded = load(path);
            }
        } catch (IOException | ParseException e) {
            // Being replaced just now, or broken: the next call tries again.
            return loaded.keys();
        }
        return loaded.keys();
    }
}
