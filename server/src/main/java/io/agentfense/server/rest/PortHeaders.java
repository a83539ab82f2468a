package io.agentfense.server.rest;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heads of messages between a caller and a port: what concerns one connection ends here (RFC 9110, section 7.6.1), the
 * caller's credentials do not go in, and what comes out gets no hold of a browser: it is hostile, and has the server's
 * origin. Immutable.
 *
 * @param sandboxId whose port
 * @param port in decimal
 */
record PortHeaders(String sandboxId, String port) {
    private static final Set<String> OF_A_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Cookies are for the server's host, perhaps from what stands before it. */
    private static final Set<String> NOT_IN = Set.of("authorization", "cookie", "expect", "host");

    /** What a browser keeps for all of the server's origin, such as where it is to report every request to. */
    private static final Set<String> NOT_OUT = Set.of(
            "accept-ch",
            "alt-svc",
            "clear-site-data",
            "nel",
            "origin-agent-cluster",
            "public-key-pins",
            "public-key-pins-report-only",
            "report-to",
            "reporting-endpoints",
            "service-worker-allowed",
            "set-cookie",
            "set-cookie2",
            "set-login",
            "strict-transport-security");

    /** A page of the sandbox has an origin of its own, and can neither read nor call this server. */
    private static final String SANDBOX = "sandbox allow-scripts allow-forms allow-modals allow-popups";

    private static final Pattern BEFORE = Pattern.compile("^/v1/sandboxes/[^/]+/ports/[^/]+");
    private static final Pattern OWN_LOCATION =
            Pattern.compile("(?:http://(?:localhost|127\\.0\\.0\\.1)(?::(\\d+))?)?(/(?!/).*)?");

    private String prefix() {
        return "/v1/sandboxes/" + sandboxId + "/ports/" + port;
    }

    /** What is asked of the port. */
    HttpRequest in(RequestHeaders asked) {
        String below = BEFORE.matcher(asked.path()).replaceFirst("");
        HttpRequest request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(asked.method().name()),
                below.startsWith("/") ? below : "/" + below);
        Set<String> named = connectionOptions(asked.getAll("connection"));
        for (Map.Entry<? extends CharSequence, String> header : asked) {
            String name = header.getKey().toString();
            if (!name.startsWith(":")
                    && !NOT_IN.contains(name)
                    && !OF_A_CONNECTION.contains(name)
                    && !named.contains(name)) {
                request.headers().add(name, header.getValue());
            }
        }
        request.headers()
                .set("host", "localhost:" + port)
                .set("connection", "close")
                .set("x-forwarded-prefix", prefix());
        if (hasBody(asked) && !request.headers().contains("content-length")) {
            request.headers().set("transfer-encoding", "chunked");
        }
        return request;
    }

    /** Whether a body follows. Those that never have one do not always say so before their end. */
    static boolean hasBody(RequestHeaders asked) {
        return switch (asked.method()) {
            case POST, PUT, PATCH -> !asked.isEndOfStream();
            default -> asked.contentLength() > 0;
        };
    }

    /** What the caller is answered. */
    ResponseHeaders out(HttpResponse answered) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(answered.status().code());
        Set<String> named = connectionOptions(answered.headers().getAll("connection"));
        for (Map.Entry<String, String> header : answered.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NOT_OUT.contains(name) && !OF_A_CONNECTION.contains(name) && !named.contains(name)) {
                headers.add(name, name.equals("location") ? location(header.getValue()) : header.getValue());
            }
        }
        return headers.add("content-security-policy", SANDBOX).build();
    }

    private static Set<String> connectionOptions(List<String> values) {
        Set<String> names = new TreeSet<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** A place on the same port is below it for the caller too. */
    private String location(String to) {
        Matcher own = OWN_LOCATION.matcher(to);
        if (to.isEmpty()
                || !own.matches()
                || (own.group(1) != null && !own.group(1).equals(port))) {
            return to;
        }
        return prefix() + (own.group(2) == null ? "/" : own.group(2));
    }
}
