package io.agentfense.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** What may be reached in an {@link OutsideWorld}: HTTP, HTTPS, an echo, and a server that speaks first. */
final class GoodServers {
    private static final String PASSWORD = "changeit";

    private GoodServers() {}

    static void in(OutsideWorld world) throws Exception {
        world.streams(new InetSocketAddress(OutsideWorld.GOOD, 80), socket -> http(world, socket));
        world.streams(new InetSocketAddress("10.9.0.1", 80), socket -> http(world, socket));
        SSLSocketFactory tls = tls().getSocketFactory();
        world.streams(new InetSocketAddress(OutsideWorld.GOOD, 443), socket -> {
            try (Socket plain = tls.createSocket(socket, null, true)) {
                http(world, plain);
            }
        });
        world.streams(new InetSocketAddress(OutsideWorld.GOOD, 7), socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
        world.streams(new InetSocketAddress(OutsideWorld.GOOD, 4444), socket -> {
            socket.getOutputStream().write("220 hello".getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readAllBytes();
        });
    }

    /** Answers requests as long as they come; a path that begins with /to/ is a redirect to what follows. */
    private static void http(OutsideWorld world, Socket socket) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty()) {
                continue;
            }
            String path = line.split(" ")[1];
            Headers headers = Headers.read(reader);
            world.noteRequest(line + " Host: " + headers.host + headers.skipBody(reader));
            String body = "hello " + headers.host.split(":")[0] + " " + path + "\n";
            Optional<String> to = path.startsWith("/to/") ? Optional.of(path.substring(4)) : Optional.empty();
            String status = to.isPresent() ? "302 Found\r\nLocation: " + to.get() : "200 OK";
            String answer = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            if (headers.close) {
                return;
            }
        }
    }

    /** Of one request. */
    private record Headers(String host, int length, boolean close) {
        static Headers read(BufferedReader reader) throws IOException {
            String host = "";
            int length = 0;
            boolean close = false;
            for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("host:")) {
                    host = line.substring(5).strip();
                } else if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                } else if (lower.startsWith("connection: close")) {
                    close = true;
                }
            }
            return new Headers(host, length, close);
        }

        String skipBody(BufferedReader reader) throws IOException {
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < length; i++) {
                body.append((char) reader.read());
            }
            return length == 0 ? "" : " Body: " + body;
        }
    }

    private static SSLContext tls() throws Exception {
        Path store = Files.createTempDirectory("egress-test").resolve("keys.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=api.example.com",
                        "-alias",
                        "k",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD))
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool");
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        Files.delete(store);
        Files.delete(store.getParent());
        return context;
    }
}
