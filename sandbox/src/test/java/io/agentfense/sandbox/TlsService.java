package io.agentfense.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/** A service over HTTPS in an {@link OutsideWorld}, one request a connection, which remembers what it got. */
final class TlsService {
    private final Answerer answerer;
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();

    private TlsService(Answerer answerer) {
        this.answerer = answerer;
    }

    /**
     * What came.
     *
     * @param headers by their names in lower case
     */
    record Request(String method, String target, Map<String, String> headers, String body) {
        String path() {
            return target.split("\\?")[0];
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        @Override
        public String toString() {
            return method + " " + target + "\n" + headers + "\n" + body;
        }
    }

    /** Makes an answer: its head from the status on, and its body. */
    @FunctionalInterface
    interface Answerer {
        void answer(Request request, OutputStream out) throws IOException;
    }

    static TlsService at(OutsideWorld world, int port, SSLContext tls, Answerer answerer) {
        TlsService service = new TlsService(answerer);
        world.streams(new InetSocketAddress(OutsideWorld.GOOD, port), socket -> {
            try (Socket plain = tls.getSocketFactory().createSocket(socket, null, true)) {
                service.serve(plain);
            }
        });
        return service;
    }

    private void serve(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String[] first = in.readLine().split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        char[] body = new char[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        for (int at = 0; at < body.length; at += in.read(body, at, body.length - at)) {
            continue;
        }
        Request request = new Request(first[0], first[1], headers, new String(body));
        requests.add(request);
        answerer.answer(request, socket.getOutputStream());
    }

    /** A whole answer. */
    static void reply(OutputStream out, String status, String headers, String body) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n" + headers + "\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** What it got so far. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    void forget() {
        requests.clear();
    }
}
