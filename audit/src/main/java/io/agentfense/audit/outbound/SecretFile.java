package io.agentfense.audit.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;

/** A secret that stands alone in a file; a newline at its end is none of it. Stateless. */
public final class SecretFile {
    private static final int LONGEST = 4096;

    private SecretFile() {}

    /**
     * The secret.
     *
     * @param shortest how many bytes it must have
     * @throws IOException if it can't be read, is no secret since everybody may read it, or is too short or too long
     */
    public static byte[] read(Path file, int shortest) throws IOException {
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException(file + ": everybody may read it; chmod 600 it");
        }
        byte[] all;
        try (InputStream in = Files.newInputStream(file)) {
            all = in.readNBytes(LONGEST + 1);
        }
        int end = all.length;
        while (end > 0 && (all[end - 1] == '\n' || all[end - 1] == '\r')) {
            end--;
        }
        if (end < shortest || all.length > LONGEST) {
            throw new IOException(file + ": a secret has " + shortest + " to " + LONGEST + " bytes");
        }
        return Arrays.copyOf(all, end);
    }
}
