package io.agentfense.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What must hold between keys. For one configuration. */
final class Checks {
    private final Values values;
    private final List<String> problems;
    private final List<String> warnings;

    Checks(Values values, List<String> problems, List<String> warnings) {
        this.values = values;
        this.problems = problems;
        this.warnings = warnings;
    }

    void run() {
        tls();
        jwt();
        openDoors();
        timeouts();
        sandboxes();
        localRoots();
        network();
        secretsKey();
        new VaultChecks(values, this::problem).run();
        forward();
        tracing();
    }

    private void tls() {
        if (values.get(Keys.TLS_CERT).isPresent() != values.get(Keys.TLS_KEY).isPresent()) {
            Key<?> given = values.get(Keys.TLS_CERT).isPresent() ? Keys.TLS_CERT : Keys.TLS_KEY;
            problem(given, "needs its other half: set server.tls.cert and server.tls.key");
        }
        if (values.get(Keys.TLS_CLIENT_CA).isPresent()
                && values.get(Keys.TLS_CERT).isEmpty()) {
            problem(Keys.TLS_CLIENT_CA, "needs server.tls.cert and server.tls.key");
        }
    }

    private void jwt() {
        List<Key<?>> keys = List.of(Keys.JWT_ISSUER, Keys.JWT_AUDIENCE, Keys.JWKS_FILE, Keys.JWKS_URL);
        Optional<Key<?>> given = keys.stream().filter(values::isSet).findFirst();
        if (given.isEmpty()) {
            return;
        }
        if (values.get(Keys.AUTH_MODE) == AuthMode.NONE) {
            problem(given.get(), "has no effect while auth.mode is none; set auth.mode: required");
        }
        if (values.get(Keys.JWT_ISSUER).isEmpty()
                || values.get(Keys.JWT_AUDIENCE).isEmpty()) {
            problem(given.get(), "needs both auth.jwt.issuer and auth.jwt.audience");
        }
        String url = values.get(Keys.JWKS_URL);
        if (values.get(Keys.JWKS_FILE).isPresent() == !url.isEmpty()) {
            problem(given.get(), "needs either auth.jwt.jwks_file or auth.jwt.jwks_url");
        }
        if (!url.isEmpty() && !isTrustworthy(url)) {
            problem(Keys.JWKS_URL, "must be an https URL: whoever answers it decides who may call");
        }
    }

    /** Plain HTTP is as good as its way is short. */
    static boolean isTrustworthy(String url) {
        try {
            URI uri = new URI(url);
            String host = uri.getHost() == null ? "" : uri.getHost();
            return "https".equals(uri.getScheme()) && !host.isEmpty()
                    || "http".equals(uri.getScheme()) && new TcpAddress(host, 0).isLoopback();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void openDoors() {
        door(Keys.GRPC_ADDR, Optional.of(values.get(Keys.GRPC_ADDR)));
        door(Keys.HTTP_ADDR, values.get(Keys.HTTP_ADDR));
    }

    private void door(Key<?> key, Optional<ListenAddress> address) {
        if (!(address.orElse(null) instanceof TcpAddress tcp) || tcp.isLoopback()) {
            return;
        }
        if (values.get(Keys.AUTH_MODE) == AuthMode.NONE && !values.get(Keys.INSECURE)) {
            problem(
                    key,
                    "'" + tcp + "' takes connections from other machines, and auth.mode is none: whoever"
                            + " reaches it could run commands here. Set auth.mode: required, or listen on 127.0.0.1:"
                            + tcp.port() + ", or set server.insecure: true");
        }
        if (values.get(Keys.TLS_CERT).isEmpty()) {
            warnings.add(values.origin(key) + ": " + key.name() + " '" + tcp
                    + "' takes connections from other machines without TLS: keys and files can be read on the way");
        }
    }

    private void timeouts() {
        if (values.get(Keys.DEFAULT_TIMEOUT).compareTo(values.get(Keys.MAX_TIMEOUT)) > 0) {
            Key<?> given = values.isSet(Keys.DEFAULT_TIMEOUT) ? Keys.DEFAULT_TIMEOUT : Keys.MAX_TIMEOUT;
            problem(given, "runtime.default_timeout must not be longer than runtime.max_timeout");
        }
    }

    private void sandboxes() {
        boolean both = values.isSet(Keys.SANDBOXES) && values.isSet(Keys.MAX_PER_USER);
        if (both && !values.get(Keys.SANDBOXES).equals(values.get(Keys.MAX_PER_USER))) {
            problem(Keys.SANDBOXES, "is another number than sandbox.max_per_user, which means the same; remove one");
        }
    }

    /** A codebase must not be what this server keeps: another's files, or its own database. */
    private void localRoots() {
        for (Path root : values.get(Keys.LOCAL_ROOTS)) {
            for (Key<Path> key : List.of(Keys.CODEBASE_PATH, Keys.DELTA_PATH, Keys.MOUNT_PATH)) {
                overlap(root, key, values.get(key));
            }
            if (!Types.isUrl(values.get(Keys.DB_PATH))) {
                overlap(root, Keys.DB_PATH, Path.of(values.get(Keys.DB_PATH)));
            }
        }
    }

    private void network() {
        String name = values.get(Keys.NETWORK_DEFAULT);
        if (!name.equals(NetworkPolicy.NONE_NAME)
                && !values.get(Keys.NETWORK_POLICIES).containsKey(name)) {
            problem(Keys.NETWORK_DEFAULT, "there is no policy '" + name + "' in network.policies");
        }
    }

    private void secretsKey() {
        if (values.get(Keys.SECRETS_KEY_FILE).isPresent()
                && !values.get(Keys.SECRETS_KEY_ENV).isEmpty()) {
            problem(Keys.SECRETS_KEY_ENV, "secrets.key_file has the key already; remove one");
        }
    }

    private void forward() {
        if (!values.get(Keys.AUDIT_FORWARD).isEmpty() && !values.get(Keys.AUDIT_ENABLED)) {
            problem(Keys.AUDIT_FORWARD, "has nothing to send while audit.enabled is false; set audit.enabled: true");
        }
    }

    private void tracing() {
        String url = values.get(Keys.TRACING_ENDPOINT);
        if (!url.isEmpty() && !isTrustworthy(url)) {
            problem(Keys.TRACING_ENDPOINT, "must be an https URL, or an http URL of this machine");
        } else if (url.contains("@")) {
            problem(Keys.TRACING_ENDPOINT, "must not have a user or password in it; use tracing.authorization_file");
        }
    }

    private void overlap(Path root, Key<?> key, Path path) {
        if (path.startsWith(root) || root.startsWith(path)) {
            problem(Keys.LOCAL_ROOTS, "'" + root + "' and " + key.name() + " '" + path + "' lie in one another");
        }
    }

    private void problem(Key<?> key, String problem) {
        problems.add(values.origin(key) + ": " + key.name() + ": " + problem);
    }
}
