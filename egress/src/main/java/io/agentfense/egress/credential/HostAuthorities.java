package io.agentfense.egress.credential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The authorities that programs of this host trust, as a file of PEM. Stateless. */
final class HostAuthorities {
    private static final List<Path> PLACES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private HostAuthorities() {}

    /**
     * Where they are.
     *
     * @throws IOException if there are none, with what to do
     */
    static Path find() throws IOException {
        return PLACES.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new IOException("this host trusts no authorities: install ca-certificates, which"
                        + " programs in sandboxes need too"));
    }
}
