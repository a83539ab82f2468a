package io.agentfense.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** The certificate by which a client shows a server who it is, and its key. Immutable. */
final class Identity {
    /** Of one that shows none. */
    static final Identity NONE = new Identity(new KeyManager[0]);

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final KeyManager[] managers;

    private Identity(KeyManager[] managers) {
        this.managers = managers;
    }

    /**
     * Reads two files in PEM: a chain of certificates that begins with the client's own, and its key in PKCS #8.
     *
     * @throws InvalidConfigurationException if there is none in one of them, or they don't belong together
     */
    static Identity of(Path certificates, Path key) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("client", key(key), new char[0], chain(certificates));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return new Identity(factory.getKeyManagers());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidConfigurationException(
                    "no client certificate can be made of " + certificates + " and " + key + ": " + e.getMessage(), e);
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new IOException("there is no certificate in the first");
            }
            return chain;
        }
    }

    /** What the key is for stands in it, but not where Java looks. */
    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException("there is no key in PKCS #8 without a password in the second"
                    + " (openssl pkcs8 -topk8 -nodes makes one)");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // One of the others.
            }
        }
        throw new IOException("the key is none of " + ALGORITHMS);
    }

    KeyManager[] managers() {
        return managers.clone();
    }
}
