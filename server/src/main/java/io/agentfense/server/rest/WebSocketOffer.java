package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a client offers in {@code Sec-WebSocket-Protocol}: a protocol, and perhaps its credential as
 * {@code bearer.BASE64URL}, since a browser lets a page set no other header of a WebSocket. Stateless.
 */
final class WebSocketOffer {
    private static final String BEARER = "bearer.";

    private WebSocketOffer() {}

    private static Stream<String> offered(RequestHeaders headers) {
        return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip);
    }

    /** Whether the client speaks a protocol. */
    static boolean speaks(RequestHeaders headers, String protocol) {
        return offered(headers).anyMatch(protocol::equals);
    }

    /**
     * The credential, as the header {@code authorization} would have it, which comes first.
     *
     * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED if it can't be read
     */
    static Optional<String> authorization(RequestHeaders headers) {
        return Optional.ofNullable(headers.get(HttpHeaderNames.AUTHORIZATION))
                .or(() -> offered(headers)
                        .filter(one -> one.startsWith(BEARER))
                        .findFirst()
                        .map(one -> "Bearer " + decoded(one.substring(BEARER.length()))));
    }

    private static String decoded(String credential) {
        try {
            return new String(Base64.getUrlDecoder().decode(credential), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes it.
            throw Status.UNAUTHENTICATED
                    .withDescription("what follows " + BEARER + " must be the key in base64url")
                    .asRuntimeException();
        }
    }

    /** The same request, offering a protocol alone: the credential goes no further and can't be in the answer. */
    static HttpRequest withoutCredential(HttpRequest request, String protocol) {
        return request.withHeaders(request.headers()
                .withMutations(headers -> headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol)));
    }
}
