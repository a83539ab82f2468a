package io.agentfense.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates of an authority of a test's own, made by openssl; all files are PEM. */
record Certificates(Path directory) {
    /** Makes an authority. */
    static Certificates in(Path directory) throws Exception {
        Files.createDirectories(directory);
        Certificates certificates = new Certificates(directory);
        certificates.make("authority", List.of());
        return certificates;
    }

    /** Has the authority sign a certificate for this machine. */
    void issue(String name) throws Exception {
        make(
                name,
                List.of(
                        "-CA",
                        certificate("authority").toString(),
                        "-CAkey",
                        key("authority").toString(),
                        "-addext",
                        "subjectAltName=IP:127.0.0.1,DNS:service.test"));
    }

    private void make(String name, List<String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
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
                key(name).toString(),
                "-out",
                certificate(name).toString()));
        command.addAll(more);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError("openssl: " + said);
        }
    }

    Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    Path key(String name) {
        return directory.resolve(name + ".key");
    }
}
