package io.agentfense.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of a test's own, made by openssl. */
record TestAuthority(Path directory) {
    private static final String PASSWORD = "changeit";

    /** Makes one. */
    static TestAuthority in(Path directory) throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        authority.request("authority", List.of());
        return authority;
    }

    /** What a server of these hosts shows. */
    SSLContext serving(String... hosts) throws Exception {
        String names = Stream.of(hosts).map(host -> "DNS:" + host).collect(Collectors.joining(","));
        request(
                "server",
                List.of(
                        "-CA",
                        certificate().toString(),
                        "-CAkey",
                        directory.resolve("authority.key").toString(),
                        "-addext",
                        "subjectAltName=" + names));
        Path store = directory.resolve("server.p12");
        openssl(List.of(
                "pkcs12",
                "-export",
                "-in",
                directory.resolve("server.pem").toString(),
                "-inkey",
                directory.resolve("server.key").toString(),
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

    private void request(String name, List<String> more) throws Exception {
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
                directory.resolve(name + ".key").toString(),
                "-out",
                directory.resolve(name + ".pem").toString()));
        arguments.addAll(more);
        openssl(arguments);
    }

    private static void openssl(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError("openssl: " + said);
        }
    }

    /** Its certificate, as PEM. */
    Path certificate() {
        return directory.resolve("authority.pem");
    }
}
