package io.agentfense.audit.proof;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.format.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An Ed25519 key that verifies notes, with the name that it signs as (C2SP signed-note). Thread-safe. */
public final class VerifyingKey {
    private static final byte ED25519 = 1;
    private static final int RAW_BYTES = 32;
    /** What X.509 has before the 32 bytes of a key, RFC 8410. */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final Pattern FORM = Pattern.compile("([^+\\s]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+=*)");
    private static final Pattern SIGNATURE = Pattern.compile("— ([^+\\s]+) ([A-Za-z0-9+/]+=*)");

    private final String name;
    private final byte[] raw;
    private final PublicKey key;

    VerifyingKey(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        this.name = name;
        this.key = key;
        this.raw = Arrays.copyOfRange(encoded, encoded.length - RAW_BYTES, encoded.length);
    }

    /**
     * Reads a key as {@link #text()} writes it; a newline at the end may be there.
     *
     * @throws NoteException if it is none, or its parts don't belong together
     */
    public static VerifyingKey parse(String text) throws NoteException {
        Matcher matcher = FORM.matcher(text.stripTrailing());
        if (!matcher.matches()) {
            throw new NoteException("it is no key for notes: NAME+HASH+KEY");
        }
        try {
            byte[] typed = Base64.getDecoder().decode(matcher.group(3));
            if (typed.length != RAW_BYTES + 1 || typed[0] != ED25519) {
                throw new NoteException("it is no Ed25519 key");
            }
            byte[] encoded = Arrays.copyOf(X509, X509.length + RAW_BYTES);
            System.arraycopy(typed, 1, encoded, X509.length, RAW_BYTES);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            VerifyingKey verifying = new VerifyingKey(matcher.group(1), key);
            if (!verifying.text().equals(text.stripTrailing())) {
                throw new NoteException("the key and its hash don't belong together");
            }
            return verifying;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new NoteException("it is no Ed25519 key", e);
        }
    }

    /** The name that the key signs as. */
    public String name() {
        return name;
    }

    /** The key as programs for signed notes take it: {@code NAME+HASH+KEY}. */
    public String text() {
        return name + "+" + HexFormat.of().formatHex(id()) + "+"
                + Base64.getEncoder().encodeToString(typed());
    }

    /**
     * The text of a note that this key signed; others may have signed it too, and theirs are not looked at.
     *
     * @throws NoteException if it is no note, or this key did not sign it
     */
    public String open(byte[] note) throws NoteException {
        String all = new String(note, UTF_8);
        int end = all.lastIndexOf("\n\n");
        if (end < 0 || end + 2 >= all.length() || !all.endsWith("\n")) {
            throw new NoteException("it is no signed note");
        }
        String text = all.substring(0, end + 1);
        for (String line : all.substring(end + 2, all.length() - 1).split("\n", -1)) {
            Matcher matcher = SIGNATURE.matcher(line);
            if (!matcher.matches()) {
                throw new NoteException("a line of its signatures is none");
            }
            if (matcher.group(1).equals(name) && verifies(text, matcher.group(2))) {
                return text;
            }
        }
        throw new NoteException("it is not signed by the key " + name + ", or was changed since");
    }

    /**
     * The text of a note that has this key's signature alone, byte for byte as the key wrote it.
     *
     * @throws NoteException if it is anything else
     */
    public String openOnly(byte[] note) throws NoteException {
        String text = open(note);
        String all = new String(note, UTF_8);
        Matcher matcher = SIGNATURE.matcher(all.substring(text.length() + 1, all.length() - 1));
        // If it is the only line, then it is the one that was just decoded and verified.
        byte[] again = matcher.matches() ? note(text, Base64.getDecoder().decode(matcher.group(2))) : new byte[0];
        if (!Arrays.equals(again, note)) {
            throw new NoteException("it is signed, but something was changed or added");
        }
        return text;
    }

    private boolean verifies(String text, String encoded) throws NoteException {
        try {
            byte[] signature = Base64.getDecoder().decode(encoded);
            byte[] id = id();
            if (signature.length <= id.length || !Arrays.equals(signature, 0, id.length, id, 0, id.length)) {
                return false;
            }
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(text.getBytes(UTF_8));
            return verifier.verify(signature, id.length, signature.length - id.length);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new NoteException("its signature is none of Ed25519", e);
        }
    }

    /** A note of a text, which ends in a newline, and the bytes of its signature line. */
    byte[] note(String text, byte[] idAndSignature) {
        String line = "— " + name + " " + Base64.getEncoder().encodeToString(idAndSignature) + "\n";
        return (text + "\n" + line).getBytes(UTF_8);
    }

    /** The first four bytes of the hash of name, newline and typed key. */
    byte[] id() {
        MessageDigest digest = Sha256.digest();
        digest.update(name.getBytes(UTF_8));
        digest.update("\n".getBytes(US_ASCII));
        return Arrays.copyOf(digest.digest(typed()), 4);
    }

    private byte[] typed() {
        byte[] typed = new byte[RAW_BYTES + 1];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, RAW_BYTES);
        return typed;
    }
}
