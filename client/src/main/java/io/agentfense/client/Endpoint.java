package io.agentfense.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * Where a server listens.
 *
 * @param secure whether by TLS
 */
record Endpoint(String host, int port, boolean secure) {
    private static final int DEFAULT_PORT = 9000;
    private static final int SOON_MILLIS = 5000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code http://HOST[:PORT]} or {@code https://HOST[:PORT]}; the port without a
     * scheme is 9000 if none is given.
     *
     * @throws InvalidConfigurationException for anything else
     */
    static Endpoint of(String text) {
        boolean bare = !text.contains("://");
        try {
            URI uri = URI.create(bare ? "http://" + text : text);
            boolean secure = "https".equalsIgnoreCase(uri.getScheme());
            boolean known = secure || "http".equalsIgnoreCase(uri.getScheme());
            boolean alone = uri.getUserInfo() == null && uri.getQuery() == null && isRoot(uri.getPath());
            if (known && alone && uri.getHost() != null) {
                int usual = bare ? DEFAULT_PORT : secure ? HTTPS_PORT : HTTP_PORT;
                return new Endpoint(uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort(), secure);
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new InvalidConfigurationException(
                "\"" + text + "\" is no server; write HOST:PORT or https://HOST:PORT", null);
    }

    private static boolean isRoot(String path) {
        return path.isEmpty() || path.equals("/");
    }

    /** Whether anybody listens there. */
    boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), SOON_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Endpoint overTls() {
        return new Endpoint(host, port, true);
    }

    /** The address of a resource, for HTTP. */
    URI resource(String path) {
        return URI.create((secure ? "https://" : "http://") + this + path);
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
