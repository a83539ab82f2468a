package io.agentfense.audit.forward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An authority, and what it has signed: a server of some name, and a client. All in PEM, made by openssl. */
record Certificates(Path authority, Path server, Path serverKey, Path client, Path clientKey) {
    static Certificates in(Path directory, String serverName) throws IOException, InterruptedException {
        Path authority = directory.resolve("ca.pem");
        openssl(List.of(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                directory.resolve("ca.key").toString(),
                "-out",
                authority.toString()));
        signed(directory, "server", serverName);
        signed(directory, "client", "client");
        return new Certificates(
                authority,
                directory.resolve("server.pem"),
                directory.resolve("server.key"),
                directory.resolve("client.pem"),
                directory.resolve("client.key"));
    }

    private static void signed(Path directory, String file, String name) throws IOException, InterruptedException {
        Path request = directory.resolve(file + ".csr");
        openssl(List.of(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                directory.resolve(file + ".key").toString(),
                "-out",
                request.toString()));
        Path names = Files.writeString(directory.resolve(file + ".names"), "subjectAltName=DNS:" + name + "\n");
        openssl(List.of(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-days",
                "2",
                "-CA",
                directory.resolve("ca.pem").toString(),
                "-CAkey",
                directory.resolve("ca.key").toString(),
                "-CAcreateserial",
                "-extfile",
                names.toString(),
                "-out",
                directory.resolve(file + ".pem").toString()));
    }

    private static void openssl(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(said);
        }
    }
}
