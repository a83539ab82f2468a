package io.agentfense.server.credential;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.linux.Transfer;
import io.agentfense.server.config.CredentialConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Where the key of the secrets comes from: a file, a variable, or what systemd hands over. Stateless. */
final class KeyPlace {
    private static final String OF_SYSTEMD = "agentfense-secrets-key";
    private static final int NOT_THE_OWNERS = 077;

    /** A key in hexadecimal, and a newline. */
    private static final int LONGEST = 2 * SealingKey.BYTES + 2;

    private KeyPlace() {}

    /**
     * The key; none if nothing says where it is.
     *
     * @throws IOException if it should be somewhere and can't be read, is open to others, or is no key
     */
    static Optional<SealingKey> find(CredentialConfig config, Map<String, String> environment) throws IOException {
        if (config.keyFile().isPresent()) {
            return Optional.of(inFile(config.keyFile().get()));
        }
        if (!config.keyEnv().isEmpty()) {
            String text = environment.get(config.keyEnv());
            if (text == null) {
                throw new IOException("secrets.key_env: there is no variable " + config.keyEnv());
            }
            return Optional.of(key(text.getBytes(StandardCharsets.UTF_8), "the variable " + config.keyEnv()));
        }
        String directory = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
        if (!directory.isEmpty()) {
            Path file = Path.of(directory, OF_SYSTEMD);
            if (Files.exists(file)) {
                return Optional.of(inFile(file));
            }
        }
        return Optional.empty();
    }

    private static SealingKey inFile(Path file) throws IOException {
        int fd = Descriptor.open(file.toString(), OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK);
        try {
            Stat stat = new Stat();
            if (stat.read(fd) < 0 || !stat.isRegular()) {
                throw new IOException(file + ": no regular file");
            }
            if ((stat.mode & NOT_THE_OWNERS) != 0) {
                throw new IOException(file + ": others than its owner have rights to it; chmod 600 it");
            }
            byte[] buffer = new byte[LONGEST + 1];
            int read = Math.max(0, Transfer.read(fd, buffer));
            return key(Arrays.copyOf(buffer, read), file.toString());
        } finally {
            Descriptor.close(fd);
        }
    }

    /** As it is, in hexadecimal, or in base64. */
    private static SealingKey key(byte[] given, String where) throws IOException {
        if (given.length == SealingKey.BYTES) {
            return new SealingKey(given);
        }
        String text = new String(given, StandardCharsets.ISO_8859_1).strip();
        try {
            return new SealingKey(
                    text.length() == 2 * SealingKey.BYTES
                            ? HexFormat.of().parseHex(text)
                            : Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            // Without the cause, which would tell of the key.
            throw new IOException(where + ": not a key of 32 bytes; openssl rand -hex 32 makes one");
        }
    }
}
