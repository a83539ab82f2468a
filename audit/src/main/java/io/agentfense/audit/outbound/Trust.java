package io.agentfense.audit.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are taken, and which one is shown. Stateless. */
public final class Trust {
    private Trust() {}

    /**
     * TLS that takes only what is signed by the certificates of a file.
     *
     * @param file PEM
     * @throws IOException if there are none, with the file's name
     */
    public static SSLContext in(Path file) throws IOException {
        return of(new TlsFiles(Optional.of(file), Optional.empty()));
    }

    /**
     * TLS as some files have it.
     *
     * @throws IOException if one holds nothing of its kind, with its name
     */
    public static SSLContext of(TlsFiles files) throws IOException {
        KeyManager[] keys =
                files.identity().isEmpty() ? null : Identity.of(files.identity().get());
        TrustManager[] trust =
                files.caFile().isEmpty() ? null : trust(files.caFile().get());
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static TrustManager[] trust(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new IOException(file + ": has no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": no certificates in PEM: " + e.getMessage(), e);
        }
    }
}
