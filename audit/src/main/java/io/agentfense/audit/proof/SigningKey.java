package io.agentfense.audit.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** An Ed25519 key that signs notes. Thread-safe. */
public final class SigningKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----\n";
    private static final String END = "\n-----END PRIVATE KEY-----\n";

    private final PrivateKey key;
    private final VerifyingKey verifying;

    private SigningKey(PrivateKey key, VerifyingKey verifying) {
        this.key = key;
        this.verifying = verifying;
    }

    /** A new key that signs as {@code name}, which has no space and no plus. */
    public static SigningKey generate(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), new VerifyingKey(name, pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Java has had Ed25519 since 15", e);
        }
    }

    /**
     * Reads what {@link #pem()} wrote.
     *
     * @param verifying the key that belongs to it
     * @throws NoteException if it is no key, or the two are no pair
     */
    public static SigningKey parse(String pem, VerifyingKey verifying) throws NoteException {
        try {
            if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
                throw new NoteException("it is no private key in PEM");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(BEGIN.length(), pem.length() - END.length()));
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            SigningKey signing = new SigningKey(key, verifying);
            verifying.openOnly(signing.sign("Are these two a pair?\n"));
            return signing;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new NoteException("it is no private key of Ed25519", e);
        } catch (NoteException e) {
            throw new NoteException("the private key does not belong to the public one", e);
        }
    }

    /** The key that verifies what this one signs. */
    public VerifyingKey verifying() {
        return verifying;
    }

    /** The private key as PEM (PKCS #8): a secret. */
    public String pem() {
        return BEGIN + Base64.getEncoder().encodeToString(key.getEncoded()) + END;
    }

    /** Signs a text that ends in a newline; the whole note, in UTF-8. */
    public byte[] sign(String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(text.getBytes(UTF_8));
            byte[] signature = signer.sign();
            byte[] id = verifying.id();
            byte[] both = Arrays.copyOf(id, id.length + signature.length);
            System.arraycopy(signature, 0, both, id.length, signature.length);
            return verifying.note(text, both);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("an Ed25519 key signs", e);
        }
    }
}
