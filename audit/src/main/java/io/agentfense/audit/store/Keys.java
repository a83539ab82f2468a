package io.agentfense.audit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.SigningKey;
import io.agentfense.audit.proof.VerifyingKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys in a log's directory. */
public final class Keys {
    private static final String PRIVATE = "signing.key";
    private static final String PUBLIC = "signing.pub";

    private Keys() {}

    /**
     * The key that verifies the log's checkpoints; null if there is none.
     *
     * @throws NoteException if it was changed
     */
    public static @Nullable VerifyingKey verifying(LogDirectory directory) throws IOException {
        byte[] text = directory.read(PUBLIC);
        if (text == null) {
            return null;
        }
        VerifyingKey key = VerifyingKey.parse(new String(text, UTF_8));
        if (!Arrays.equals(file(key), text)) {
            throw new NoteException(PUBLIC + " is a key, but something was added to it");
        }
        return key;
    }

    /**
     * The key that signs the log's checkpoints. It is made, with the log's name, if there is neither key nor record.
     *
     * @throws IOException if there are records and no key, or a key that is not the one of the log
     */
    public static SigningKey signing(LogDirectory directory) throws IOException {
        VerifyingKey verifying = verifying(directory);
        byte[] secret = directory.read(PRIVATE);
        if (verifying != null && secret != null) {
            return SigningKey.parse(new String(secret, UTF_8), verifying);
        }
        List<String> names = directory.list();
        if (!LogFile.among(names).isEmpty() || names.contains(LogFile.CHECKPOINT)) {
            throw new IOException(directory.path() + " has an audit log, but not its " + PRIVATE + " and " + PUBLIC
                    + ": bring them back, or move the directory away to begin a new log");
        }
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        SigningKey key =
                SigningKey.generate("agentfense/audit/" + HexFormat.of().formatHex(random));
        directory.replace(PUBLIC, file(key.verifying()));
        directory.replace(PRIVATE, key.pem().getBytes(UTF_8));
        return key;
    }

    private static byte[] file(VerifyingKey key) {
        return (key.text() + "\n").getBytes(UTF_8);
    }
}
