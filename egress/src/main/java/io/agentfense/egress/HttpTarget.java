package io.agentfense.egress;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes and what it asks for there. All that names a host must name the same one.
 *
 * @param path as the host is asked for it; empty for CONNECT
 */
record HttpTarget(Destination destination, String path) {
    private static final int HTTP_PORT = 80;
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:http)://([^/?#]*)([/?][^#\\s]*)?");

    /** Of one connection, and not for the host (RFC 9110, 7.6.1); beside those that Connection names. */
    private static final List<AsciiString> HOP_BY_HOP = List.of(
            HttpHeaderNames.CONNECTION,
            AsciiString.cached("keep-alive"),
            AsciiString.cached("proxy-connection"),
            HttpHeaderNames.PROXY_AUTHORIZATION,
            HttpHeaderNames.TE,
            HttpHeaderNames.TRAILER,
            HttpHeaderNames.UPGRADE,
            AsciiString.cached("http2-settings"));

    /**
     * Reads a request.
     *
     * @param fixed where its connection leads; empty at a proxy
     */
    static HttpTarget of(HttpRequest request, Optional<Destination.Named> fixed) throws HttpRefusal {
        Destination nowhere = fixed.<Destination>map(named -> named).orElseGet(() -> hostOf(request));
        if (request.decoderResult().isFailure()) {
            throw new HttpRefusal(400, nowhere, "a request that can't be read without doubt");
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty() && !codings.equals(List.of("chunked"))) {
            throw new HttpRefusal(400, nowhere, "a request whose Transfer-Encoding is not just chunked");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return connect(request, fixed, nowhere);
        }
        HttpTarget target = fixed.isPresent() ? origin(request, fixed.get()) : absolute(request, nowhere);
        checkHost(request, target.destination, fixed.isPresent());
        return target;
    }

    private static HttpTarget connect(HttpRequest request, Optional<Destination.Named> fixed, Destination nowhere)
            throws HttpRefusal {
        Optional<Destination> wanted = Destination.ofAuthority(request.uri(), 0);
        if (wanted.isEmpty() || fixed.isPresent()) {
            throw new HttpRefusal(400, wanted.orElse(nowhere), "CONNECT takes host:port, at the proxy");
        }
        return new HttpTarget(wanted.get(), "");
    }

    private static HttpTarget origin(HttpRequest request, Destination.Named fixed) throws HttpRefusal {
        if (request.uri().startsWith("/") || request.uri().equals("*")) {
            return new HttpTarget(fixed, request.uri());
        }
        HttpTarget target = absolute(request, fixed);
        if (!target.destination.equals(fixed)) {
            throw new HttpRefusal(403, target.destination, "a request on a connection to " + fixed.host());
        }
        return target;
    }

    private static HttpTarget absolute(HttpRequest request, Destination nowhere) throws HttpRefusal {
        Matcher matcher = ABSOLUTE.matcher(request.uri());
        Optional<Destination> destination =
                matcher.matches() ? Destination.ofAuthority(matcher.group(1), HTTP_PORT) : Optional.empty();
        if (destination.isEmpty()) {
            throw new HttpRefusal(400, nowhere, "a request to a proxy asks for http://HOST[:PORT]/PATH");
        }
        String path = matcher.group(2) == null ? "/" : matcher.group(2);
        return new HttpTarget(destination.get(), path.startsWith("?") ? "/" + path : path);
    }

    private static void checkHost(HttpRequest request, Destination destination, boolean needed) throws HttpRefusal {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && !needed) {
            return;
        }
        int port = destination.port();
        boolean agrees = hosts.size() == 1
                && (Destination.ofAuthority(hosts.getFirst(), HTTP_PORT).equals(Optional.of(destination))
                        // Some leave the port out although it is another.
                        || Destination.ofAuthority(hosts.getFirst(), port).equals(Optional.of(destination)));
        if (!agrees) {
            throw new HttpRefusal(403, destination, "a request for the host " + hosts + " to " + destination.host());
        }
    }

    /** The host that a request means, for what is told of one that has no proper target. */
    private static Destination hostOf(HttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        return Destination.ofAuthority(host, HTTP_PORT).orElse(new Destination.Unreadable(request.uri()));
    }

    /** The request as the host gets it: the one of its connection. */
    HttpRequest rewritten(HttpRequest request) {
        HttpHeaders headers = request.headers().copy();
        for (String named : request.headers().getAllAsString(HttpHeaderNames.CONNECTION)) {
            for (String name : named.split(",", -1)) {
                String hop = name.strip().toLowerCase(Locale.ROOT);
                boolean frames = HttpHeaderNames.CONTENT_LENGTH.contentEquals(hop)
                        || HttpHeaderNames.TRANSFER_ENCODING.contentEquals(hop)
                        || HttpHeaderNames.HOST.contentEquals(hop);
                if (!frames && !hop.isEmpty()) {
                    headers.remove(hop);
                }
            }
        }
        HOP_BY_HOP.forEach(headers::remove);
        String host =
                destination instanceof Destination.Literal && destination.host().contains(":")
                        ? "[" + destination.host() + "]"
                        : destination.host();
        headers.set(HttpHeaderNames.HOST, destination.port() == HTTP_PORT ? host : host + ":" + destination.port());
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, request.method(), path, headers);
    }
}
