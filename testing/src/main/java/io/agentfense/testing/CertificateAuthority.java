package io.agentfense.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate authority of a test's own, made by openssl; all files are PEM. Immutable, but for the directory.
 *
 * @param directory where everything lies
 */
public record CertificateAuthority(Path directory) {
    private static final String ITSELF = "authority";

    /** Makes one; its directory too, if there is none yet. */
    public static CertificateAuthority in(Path directory) throws IOException, InterruptedException {
        CertificateAuthority authority = new CertificateAuthority(Files.createDirectories(directory));
        authority.request(ITSELF, List.of());
        return authority;
    }

    /** Its certificate. */
    public Path certificate() {
        return at(ITSELF).certificate();
    }

    /**
     * Signs a certificate for a new key.
     *
     * @param name the common name, and that of the files: {@code NAME.pem} and {@code NAME.key}
     * @param alternatives who it is good for, as openssl writes it: {@code DNS:localhost}, {@code IP:127.0.0.1}
     */
    public CertifiedKey issue(String name, String... alternatives) throws IOException, InterruptedException {
        CertifiedKey itself = at(ITSELF);
        return request(
                name,
                List.of(
                        "-CA",
                        itself.certificate().toString(),
                        "-CAkey",
                        itself.key().toString(),
                        "-addext",
                        "subjectAltName=" + String.join(",", alternatives)));
    }

    private CertifiedKey request(String name, List<String> more) throws IOException, InterruptedException {
        CertifiedKey made = at(name);
        List<String> arguments = new ArrayList<>(List.of(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                made.key().toString(),
                "-out",
                made.certificate().toString()));
        arguments.addAll(more);
        OpenSsl.run(arguments);
        return made;
    }

    private CertifiedKey at(String name) {
        return new CertifiedKey(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
    }
}
