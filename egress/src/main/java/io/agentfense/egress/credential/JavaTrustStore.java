package io.agentfense.egress.credential;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/**
 * Authorities as Java's programs read them, which takes an option of the virtual machine. It is PKCS #12 without a
 * password: nothing in it is secret. Stateless.
 */
final class JavaTrustStore {
    /** Where a sandbox has it. */
    static final String PATH = "/etc/ssl/agentfense.p12";

    /** The variable from which every virtual machine takes options, and says so. */
    static final String VARIABLE = "JAVA_TOOL_OPTIONS";

    /** What it takes. */
    static final String OPTIONS = "-Djavax.net.ssl.trustStore=" + PATH + " -Djavax.net.ssl.trustStoreType=PKCS12";

    private JavaTrustStore() {}

    /**
     * A store.
     *
     * @param pem certificates
     * @throws IOException if these are none
     */
    static byte[] of(String pem) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, null);
            return bytes.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities of this host can't be put into a store for Java", e);
        }
    }
}
