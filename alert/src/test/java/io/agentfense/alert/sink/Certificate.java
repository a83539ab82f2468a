package io.agentfense.alert.sink;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A certificate for this machine, which vouches for itself.
 *
 * @param certificate in PEM
 * @param key in PEM
 * @param store both as PKCS #12, with the password {@code secret}
 */
record Certificate(Path certificate, Path key, Path store) {
    static Certificate in(Path directory) throws IOException, InterruptedException {
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        Path store = directory.resolve("store.p12");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        run(
                "openssl",
                "pkcs12",
                "-export",
                "-in",
                certificate.toString(),
                "-inkey",
                key.toString(),
                "-out",
                store.toString(),
                "-passout",
                "pass:secret");
        return new Certificate(certificate, key, store);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(said);
        }
    }
}
