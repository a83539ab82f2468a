package io.agentfense.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whose certificates a client believes: those of Java's own trust store, or of a PEM file alone. Immutable. */
final class Trust {
    private final TrustManager[] managers;

    private Trust(TrustManager[] managers) {
        this.managers = managers;
    }

    /**
     * Reads a file of certificates in PEM, or takes Java's own.
     *
     * @throws InvalidConfigurationException if the file has none
     */
    static Trust of(Optional<Path> authorities) {
        try {
            return new Trust(managers(authorities.isPresent() ? read(authorities.get()) : null));
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidConfigurationException(
                    "no certificates can be read from "
                            + authorities.map(Path::toString).orElse("Java's trust store") + ": " + e.getMessage(),
                    e);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        if (store.size() == 0) {
            throw new IOException("there is none in it");
        }
        return store;
    }

    TrustManager[] managers() {
        return managers.clone();
    }

    /** For connections of one who shows itself by a certificate, or by none. */
    SSLContext context(Identity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.managers(), managers, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
