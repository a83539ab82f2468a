package io.agentfense.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate and the key of whom it certifies: two files, PEM. Immutable. */
public record CertifiedKey(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    /** For a server that shows it. */
    public SSLContext context() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = certificate.resolveSibling(certificate.getFileName() + ".p12");
        OpenSsl.run(List.of(
                "pkcs12",
                "-export",
                "-in",
                certificate.toString(),
                "-inkey",
                key.toString(),
                "-passout",
                "pass:" + PASSWORD,
                "-out",
                store.toString()));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
