package io.agentfense.egress.credential;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Finds placeholders in what programs send. Of one stream; not thread-safe. */
public final class Placeholders {
    private static final String BASIC = "Basic ";

    private final Collection<Credential> sought;
    private String before = "";

    /** Any of a sandbox's. */
    public Placeholders(SandboxCredentials credentials) {
        sought = credentials.all();
    }

    /** The rule by which a request is refused that has a placeholder where none may be; empty if it has none. */
    public static Optional<String> in(SandboxCredentials credentials, HttpRequest request) {
        return in(credentials.all(), request).map(Placeholders::rule);
    }

    static Optional<Credential> in(Collection<Credential> sought, HttpRequest request) {
        return sought.stream()
                .filter(credential -> request.uri().contains(credential.placeholder())
                        || request.headers().entries().stream().anyMatch(header -> has(header, credential)))
                .findFirst();
    }

    private static boolean has(Map.Entry<String, String> header, Credential credential) {
        return header.getKey().contains(credential.placeholder())
                || header.getValue().contains(credential.placeholder())
                || basic(header.getValue())
                        .filter(plain -> plain.contains(credential.placeholder()))
                        .isPresent();
    }

    /** What is denied, in words for the operator. */
    static String rule(Credential credential) {
        return "placeholder: " + credential.told() + " is not for this host";
    }

    /** What a value of Basic authentication says, if it is one. */
    static Optional<String> basic(String value) {
        if (!value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            byte[] plain =
                    Base64.getDecoder().decode(value.substring(BASIC.length()).strip());
            return Optional.of(new String(plain, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The same of what comes next of a stream of bytes, and ends with it; what is read is left to be read. */
    public Optional<String> next(ByteBuf piece) {
        if (sought.isEmpty()) {
            return Optional.empty();
        }
        String text = before + new String(ByteBufUtil.getBytes(piece), StandardCharsets.ISO_8859_1);
        Optional<Credential> found = sought.stream()
                .filter(credential -> text.contains(credential.placeholder()))
                .findFirst();
        int longest = sought.stream()
                .mapToInt(credential -> credential.placeholder().length())
                .max()
                .orElse(1);
        before = text.substring(Math.max(0, text.length() - longest + 1));
        return found.map(Placeholders::rule);
    }
}
