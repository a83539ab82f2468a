package io.agentfense.server.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.grpc.Status;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others from talking to the server with a visitor's browser. A browser says where a call comes from
 * ({@code Origin}, {@code Sec-Fetch-Site}), and under which name it looked the server up ({@code Host}): pages of another
 * origin are refused, and a server that listens on loopback alone answers to loopback's names alone, since any other name
 * that leads to it was made to (DNS rebinding). Other programs send no {@code Origin} and are not touched. Thread-safe.
 */
public final class BrowserGuard extends SimpleDecoratingHttpService {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final boolean loopbackOnly;

    /**
     * Guards a service.
     *
     * @param loopbackOnly whether the server can only be reached from its own machine
     */
    public BrowserGuard(HttpService delegate, boolean loopbackOnly) {
        super(delegate);
        this.loopbackOnly = loopbackOnly;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        RequestHeaders headers = request.headers();
        String host = host(headers.authority());
        if (loopbackOnly && !isSocket(context) && host != null && !LOOPBACK.contains(host)) {
            return ErrorBody.of(Status.Code.PERMISSION_DENIED, "this server answers to localhost only, not to " + host);
        }
        String site = headers.get("sec-fetch-site");
        if (!isOwn(headers.get("origin"), headers.authority()) || (site != null && !OWN.contains(site))) {
            return ErrorBody.of(Status.Code.PERMISSION_DENIED, "calls from web pages of other origins are refused");
        }
        return unwrap().serve(context, request);
    }

    /** Whether it came by a socket of the file system, which no browser reaches; clients name it as they like. */
    private static boolean isSocket(ServiceRequestContext context) {
        return context.localAddress() instanceof DomainSocketAddress;
    }

    /** A name or an address without the port. */
    private static @Nullable String host(@Nullable String authority) {
        if (authority == null) {
            return null;
        }
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        return (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }

    private static boolean isOwn(@Nullable String origin, @Nullable String authority) {
        if (origin == null) {
            return true;
        }
        try {
            return authority != null
                    && authority.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
