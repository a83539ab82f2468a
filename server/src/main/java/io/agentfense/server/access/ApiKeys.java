package io.agentfense.server.access;

import io.agentfense.server.store.ApiKeyRecord;
import io.agentfense.server.store.ApiKeyTable;
import io.agentfense.server.store.Ids;
import io.agentfense.server.store.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * API keys: made, listed, revoked, checked. Thread-safe.
 *
 * <p>A key is {@code af_<id>_<secret>}; the secret has 256 random bits in hexadecimal. The store has its SHA-256: what is
 * random throughout needs no slow hash, since nobody can try 2^256 of them.
 */
public final class ApiKeys {
    private static final Pattern FORM = Pattern.compile("af_(key_[0-9a-f]{16})_([0-9a-f]{64})");
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_DESCRIPTION = 1000;
    private static final Duration LONGEST = Duration.ofDays(3650);
    /** How exact the time of the last use is: not every call writes. */
    private static final Duration TOUCH = Duration.ofMinutes(1);

    private static final byte[] NO_HASH = new byte[SECRET_BYTES];
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ApiKeyTable table;
    private final InstantSource clock;

    public ApiKeys(ApiKeyTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /**
     * A key that was just made.
     *
     * @param key the whole key, {@code af_<id>_<secret>}; nobody can tell it again
     */
    public record Created(ApiKeyRecord record, String key) {
        /** Without the key. */
        @Override
        public String toString() {
            return "Created[" + record + "]";
        }
    }

    /**
     * Makes a key.
     *
     * @param expiresIn empty for never
     * @throws AccessException {@code Invalid} for a user id, description or time that can't be
     */
    public Created create(String userId, Role role, String description, Optional<Duration> expiresIn)
            throws AccessException {
        if (!UserName.isValid(userId)) {
            throw new AccessException.Invalid("user_id must have 1 to 255 bytes and no control characters");
        }
        if (description.length() > LONGEST_DESCRIPTION || description.indexOf('\0') >= 0) {
            throw new AccessException.Invalid("description must have at most 1000 characters, and no NUL");
        }
        if (expiresIn
                .filter(time -> time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0)
                .isPresent()) {
            throw new AccessException.Invalid("expires_in must be more than 0 and at most 3650 days");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        String secret = HexFormat.of().formatHex(bytes);
        Instant now = clock.instant();
        ApiKeyRecord created = new ApiKeyRecord(
                Ids.newKey(),
                userId,
                role,
                description,
                now,
                expiresIn.map(now::plus),
                Optional.empty(),
                Optional.empty());
        table.insert(created, hash(secret));
        return new Created(created, "af_" + created.id() + "_" + secret);
    }

    /** The keys that are not revoked: of one user, or of all. */
    public List<ApiKeyRecord> list(Optional<String> userId) {
        return table.list(userId);
    }

    /** Revokes a key for good, from the next call on; false if there is none. */
    public boolean revoke(String keyId) {
        return table.revoke(keyId, clock.instant());
    }

    /** Whether a credential is meant to be an API key. */
    static boolean isMeant(String credential) {
        return credential.startsWith("af_");
    }

    /** The record that a key opens; none if it is wrong in any way. */
    Optional<ApiKeyRecord> check(String key) {
        Matcher matcher = FORM.matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<ApiKeyTable.Hashed> found = table.find(matcher.group(1));
        byte[] expected = found.map(ApiKeyTable.Hashed::hash).orElse(NO_HASH);
        // In constant time, and also for an id that is not there.
        boolean same = MessageDigest.isEqual(expected, hash(matcher.group(2)));
        Instant now = clock.instant();
        Optional<ApiKeyRecord> valid =
                found.filter(_ -> same).map(ApiKeyTable.Hashed::key).filter(record -> record.isValidAt(now));
        valid.filter(record -> record.lastUsedAt()
                        .map(last -> last.plus(TOUCH).isBefore(now))
                        .orElse(true))
                .ifPresent(record -> table.touch(record.id(), now));
        return valid;
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
