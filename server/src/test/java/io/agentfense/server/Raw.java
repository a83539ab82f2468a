package io.agentfense.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Bytes on a connection, for what no HTTP client would send. */
final class Raw {
    private Raw() {}

    /** What the server answers until it hangs up. */
    static String request(String address, String bytes) throws IOException {
        String[] parts = address.split(":");
        try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** What it answers up to the first empty line; then the client hangs up. */
    static String headers(String address, String bytes) throws IOException {
        String[] parts = address.split(":");
        try (Socket socket = new Socket(parts[0], Integer.parseInt(parts[1]))) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder headers = new StringBuilder();
            int read;
            while (headers.indexOf("\r\n\r\n") < 0
                    && (read = socket.getInputStream().read()) >= 0) {
                headers.append((char) read);
            }
            return headers.toString();
        }
    }
}
