package io.agentfense.egress.credential;

import io.agentfense.egress.policy.HostName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which secret requests to a host get, and how. Immutable.
 *
 * @param host the one host that gets it
 * @param ports of that host, all of which speak TLS; not empty
 * @param secret which one: the name of the sandbox owner's, {@code env:VARIABLE} or {@code file:PATH} of the server, or
 *     {@code vault:PATH#KEY} of its Vault
 * @param header that is set in every request; empty for the placeholder being replaced wherever a request has it in a header
 *     or its query
 * @param format what that header is, {@code {}} standing for the secret
 * @param placeholderEnv the variable that has the placeholder inside; empty for none
 * @param methods that are allowed; empty for all
 * @param paths that are allowed; empty for all
 */
public record CredentialRule(
        HostName host,
        List<Integer> ports,
        String secret,
        Optional<String> header,
        String format,
        Optional<String> placeholderEnv,
        List<String> methods,
        List<PathPattern> paths) {
    /** Where HTTPS listens. */
    public static final int HTTPS_PORT = 443;

    /** What may stand between slashes of a path of Vault, as it is in a URL. */
    private static final String VAULT_NAME = "(?!\\.{1,2}(?:[/#]|$))[A-Za-z0-9_.~@+=-]+";

    private static final Pattern SECRET =
            Pattern.compile("[A-Za-z0-9_.-]{1,63}|env:[A-Za-z_][A-Za-z0-9_]*|file:/.+|vault:" + VAULT_NAME + "(?:/"
                    + VAULT_NAME + ")*#" + VAULT_NAME);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern FORMAT = Pattern.compile("[ -~]*");

    /** The host that is asked, and where a request ends, are not for a secret to say. */
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "range",
            "accept-encoding");

    /** Refuses what could not work, or would say something else than it seems to. */
    public CredentialRule {
        ports = List.copyOf(ports);
        methods = List.copyOf(methods);
        paths = List.copyOf(paths);
        check(!ports.isEmpty(), "ports must not be empty");
        for (int port : ports) {
            check(port >= 1 && port <= 65535, "a port is a number from 1 to 65535, not " + port);
        }
        check(
                SECRET.matcher(secret).matches(),
                "secret must be the name of a secret, env:VARIABLE, file:/PATH or vault:PATH#KEY, not '" + secret
                        + "'");
        check(
                header.isPresent() || placeholderEnv.isPresent(),
                "header or placeholder_env is needed, or nothing would ever use the secret");
        header.ifPresent(name -> check(
                TOKEN.matcher(name).matches() && !OURS.contains(name.toLowerCase(Locale.ROOT)),
                "header can't be '" + name + "'"));
        check(
                FORMAT.matcher(format).matches()
                        && format.indexOf("{}") >= 0
                        && format.indexOf("{}") == format.lastIndexOf("{}"),
                "format must have {} once, where the secret goes");
        placeholderEnv.ifPresent(name -> check(
                VARIABLE.matcher(name).matches(),
                "placeholder_env must be the name of a variable, not '" + name + "'"));
        for (String method : methods) {
            check(
                    TOKEN.matcher(method).matches() && method.equals(method.toUpperCase(Locale.ROOT)),
                    "a method is a word in capitals such as GET, not '" + method + "'");
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The format of a header that says none. */
    public static String defaultFormat(Optional<String> header) {
        return header.filter("authorization"::equalsIgnoreCase).isPresent() ? "Bearer {}" : "{}";
    }

    boolean isFor(HostName name, int port) {
        return host.equals(name) && ports.contains(port);
    }

    /** Why a request may not be made with it; empty if it may. */
    Optional<String> objection(String method, String path) {
        if (!methods.isEmpty() && !methods.contains(method)) {
            return Optional.of("the method is not among " + String.join(", ", methods));
        }
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        if (PathPattern.isAmbiguous(path)) {
            return Optional.of("a path that can be read in several ways");
        }
        return paths.stream().anyMatch(pattern -> pattern.matches(path))
                ? Optional.empty()
                : Optional.of("the path is not among "
                        + String.join(
                                ", ", paths.stream().map(PathPattern::text).toList()));
    }
}
