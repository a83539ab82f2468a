package io.agentfense.server.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.agentfense.server.store.Claim;
import io.agentfense.server.store.IdempotencyTable;
import io.agentfense.server.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's key, and what the store knows of it.
 *
 * @param userId empty for all callers of a server without authentication
 */
record IdempotencyKey(IdempotencyTable table, InstantSource clock, String userId, String text) {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyKey.class);

    /** Claims it for a request. */
    Claim claim(String method, MessageLite request) {
        return table.claim(userId, text, hash(method, request), clock.instant());
    }

    /** The same for the same request, whatever the order in which its maps came. */
    private static byte[] hash(String method, MessageLite request) {
        byte[] bytes = new byte[request.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            request.writeTo(out);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((method + "\0").getBytes(StandardCharsets.UTF_8));
            return digest.digest(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an array has room for what was measured", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Keeps the answer. If that fails the answer is given all the same, and a repetition is a new request. */
    boolean complete(MessageLite answer) {
        try {
            table.complete(userId, text, answer.toByteArray());
            return true;
        } catch (StoreException e) {
            LOG.warn("an answer can't be kept for its Idempotency-Key", e);
            return false;
        }
    }

    /** Gives the claim up. */
    void abandon() {
        try {
            table.abandon(userId, text);
        } catch (StoreException e) {
            LOG.warn("an Idempotency-Key stays claimed until the next start", e);
        }
    }
}
