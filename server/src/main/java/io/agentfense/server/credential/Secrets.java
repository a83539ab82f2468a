package io.agentfense.server.credential;

import io.agentfense.server.config.CredentialConfig;
import io.agentfense.server.credential.CredentialException.Kind;
import io.agentfense.server.store.SecretRecord;
import io.agentfense.server.store.SecretTable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The users' secrets: set, listed, removed, and told to the proxy alone. Thread-safe. */
public final class Secrets {
    /** Shorter ones would be masked in answers where they are not meant. */
    public static final int SHORTEST = 8;

    private static final int LONGEST = 16 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");
    private static final String NO_KEY = "this server has no key to seal secrets with: openssl rand -hex 32 >"
            + " /etc/agentfense/secrets.key, chmod 600 it, and set secrets.key_file";

    private final SecretTable table;
    private final Optional<SealingKey> key;
    private final InstantSource clock;

    private Secrets(SecretTable table, Optional<SealingKey> key, InstantSource clock) {
        this.table = table;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Over a store, with the key that the configuration or the environment names. Without any, secrets can't be set.
     *
     * @throws IOException if there should be a key and is none that can be used, with what is wrong
     */
    public static Secrets open(
            SecretTable table, CredentialConfig config, Map<String, String> environment, InstantSource clock)
            throws IOException {
        return new Secrets(table, KeyPlace.find(config, environment), clock);
    }

    /**
     * Keeps a value under a name; one that was there before is forgotten.
     *
     * @throws CredentialException INVALID for a name or value that can't be, PRECONDITION without a key
     */
    public SecretRecord set(String owner, String name, String value) throws CredentialException {
        if (!NAME.matcher(name).matches()) {
            throw new CredentialException(Kind.INVALID, "name must have 1 to 63 letters, digits, '.', '_' and '-'");
        }
        if (value.length() < SHORTEST
                || value.length() > LONGEST
                || !VALUE.matcher(value).matches()) {
            throw new CredentialException(
                    Kind.INVALID,
                    "value must have " + SHORTEST + " to " + LONGEST
                            + " characters of ASCII that can be printed, and no blank at its ends");
        }
        byte[] sealed = key().seal(owner, name, value);
        Instant now = clock.instant();
        return table.put(new SecretRecord(owner, name, now, now), sealed);
    }

    /** The names there are: of one owner, or of all. */
    public List<SecretRecord> list(Optional<String> owner) {
        return table.list(owner);
    }

    /**
     * Forgets a secret.
     *
     * @throws CredentialException NOT_FOUND
     */
    public void remove(String owner, String name) throws CredentialException {
        if (!table.remove(owner, name)) {
            throw new CredentialException(Kind.NOT_FOUND, "secret not found");
        }
    }

    /**
     * A value, for the proxy.
     *
     * @throws CredentialException NOT_FOUND; PRECONDITION without a key, or with another than it was sealed with
     */
    public String value(String owner, String name) throws CredentialException {
        byte[] sealed = table.sealed(owner, name)
                .orElseThrow(() -> new CredentialException(
                        Kind.NOT_FOUND,
                        "there is no secret '" + name + "' of " + owner + "; agentfense secret set it"));
        try {
            return key().open(owner, name, sealed);
        } catch (GeneralSecurityException e) {
            throw new CredentialException(
                    Kind.PRECONDITION,
                    "the secret '" + name + "' of " + owner
                            + " can't be opened: it was sealed with another key, or its row was changed",
                    e);
        }
    }

    private SealingKey key() throws CredentialException {
        return key.orElseThrow(() -> new CredentialException(Kind.PRECONDITION, NO_KEY));
    }
}
