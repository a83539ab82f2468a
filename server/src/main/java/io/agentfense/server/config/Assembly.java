package io.agentfense.server.config;

import io.agentfense.server.store.Resources;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Puts the records together from values that were checked. For one configuration. */
final class Assembly {
    private final Values values;

    Assembly(Values values) {
        this.values = values;
    }

    ServerConfig config() {
        return new ServerConfig(
                listen(),
                storage(),
                runtime(),
                sandbox(),
                auth(),
                limits(),
                network(),
                secrets(),
                audit(),
                values.get(Keys.ALERTS),
                tracing(),
                new CredentialConfig(values.get(Keys.SECRETS_KEY_FILE), values.get(Keys.SECRETS_KEY_ENV), vault()),
                logging());
    }

    private ListenConfig listen() {
        Optional<TlsConfig> tls = values.get(Keys.TLS_CERT)
                .flatMap(cert ->
                        values.get(Keys.TLS_KEY).map(key -> new TlsConfig(cert, key, values.get(Keys.TLS_CLIENT_CA))));
        return new ListenConfig(values.get(Keys.GRPC_ADDR), values.get(Keys.HTTP_ADDR), values.get(Keys.INSECURE), tls);
    }

    private StorageConfig storage() {
        return new StorageConfig(
                values.get(Keys.CODEBASE_PATH),
                values.get(Keys.MOUNT_PATH),
                values.get(Keys.DELTA_PATH),
                values.get(Keys.DB_PATH),
                values.get(Keys.LOCAL_ROOTS),
                values.get(Keys.MAX_FILE_BYTES));
    }

    private RuntimeConfig runtime() {
        return new RuntimeConfig(
                values.get(Keys.RUNTIME_TYPE),
                values.get(Keys.BWRAP_PATH),
                values.get(Keys.DEFAULT_TIMEOUT),
                values.get(Keys.MAX_TIMEOUT),
                values.get(Keys.OUTPUT_BYTES),
                new DockerConfig(
                        values.get(Keys.DOCKER_HOST),
                        values.get(Keys.DOCKER_IMAGE),
                        values.get(Keys.DOCKER_ALLOWED_IMAGES),
                        values.get(Keys.DOCKER_PULL),
                        values.get(Keys.DOCKER_OCI_RUNTIME),
                        values.get(Keys.DOCKER_READ_ONLY_ROOT),
                        values.get(Keys.DOCKER_NETWORK_MODE),
                        values.get(Keys.DOCKER_NETWORKING),
                        values.get(Keys.DOCKER_ALLOW_ROOT)));
    }

    private SandboxConfig sandbox() {
        return new SandboxConfig(
                values.get(Keys.DEFAULT_EXPIRATION),
                values.get(Keys.MAX_PER_USER),
                values.get(Keys.CLEANUP_INTERVAL),
                values.get(Keys.COMMIT),
                values.get(Keys.CONFLICTS),
                values.get(Keys.SESSION_IDLE_TIMEOUT),
                new Resources(
                        values.get(Keys.MEMORY_BYTES),
                        values.get(Keys.CPU_QUOTA),
                        values.get(Keys.CPU_SHARES),
                        values.get(Keys.PIDS_LIMIT),
                        values.get(Keys.DISK_BYTES),
                        values.get(Keys.NOFILE),
                        values.get(Keys.OUTPUT_LIMIT),
                        values.get(Keys.MAX_RUNTIME)),
                values.get(Keys.ALLOW_DEGRADED));
    }

    private AuthConfig auth() {
        return new AuthConfig(values.get(Keys.AUTH_MODE), jwt());
    }

    private Optional<JwtConfig> jwt() {
        if (values.get(Keys.JWT_ISSUER).isEmpty()) {
            return Optional.empty();
        }
        JwtConfig.Keys keys = values.get(Keys.JWKS_FILE)
                .<JwtConfig.Keys>map(JwtConfig.Keys.InFile::new)
                .orElseGet(() -> new JwtConfig.Keys.AtUrl(URI.create(values.get(Keys.JWKS_URL))));
        return Optional.of(new JwtConfig(
                values.get(Keys.JWT_ISSUER),
                values.get(Keys.JWT_AUDIENCE),
                keys,
                values.get(Keys.JWT_ALGORITHMS),
                values.get(Keys.JWT_USER_CLAIM),
                values.get(Keys.JWT_ROLE_CLAIM)));
    }

    private LimitsConfig limits() {
        boolean own = values.isSet(Keys.SANDBOXES);
        return new LimitsConfig(
                own ? values.get(Keys.SANDBOXES) : values.get(Keys.MAX_PER_USER),
                values.get(Keys.CREATED_PER_HOUR),
                values.get(Keys.CODEBASE_BYTES),
                values.get(Keys.DELTA_BYTES),
                values.get(Keys.CONCURRENT_COMMANDS),
                values.get(Keys.REQUESTS_PER_SECOND));
    }

    private NetworkConfig network() {
        return new NetworkConfig(values.get(Keys.NETWORK_DEFAULT), values.get(Keys.NETWORK_POLICIES));
    }

    private SecretsConfig secrets() {
        return new SecretsConfig(
                values.get(Keys.SECRETS_UPLOADS),
                values.get(Keys.SECRETS_SANDBOXES),
                values.get(Keys.SECRETS_ENVIRONMENT),
                values.get(Keys.SECRETS_ALLOW));
    }

    private AuditConfig audit() {
        return new AuditConfig(
                values.get(Keys.AUDIT_ENABLED),
                auditPath(),
                values.get(Keys.AUDIT_DURABILITY),
                values.get(Keys.AUDIT_ON_FAILURE),
                values.get(Keys.AUDIT_RETENTION),
                values.get(Keys.AUDIT_ROTATE_BYTES),
                values.get(Keys.AUDIT_ROTATE_AFTER),
                values.get(Keys.AUDIT_FORWARD));
    }

    /** Beside the records that it tells of, so that two servers with stores of their own have logs of their own. */
    private Path auditPath() {
        String database = values.get(Keys.DB_PATH);
        boolean beside = !values.isSet(Keys.AUDIT_PATH) && !Types.isUrl(database);
        return beside ? Path.of(database).resolveSibling("audit") : values.get(Keys.AUDIT_PATH);
    }

    private TracingConfig tracing() {
        return new TracingConfig(
                Optional.of(values.get(Keys.TRACING_ENDPOINT))
                        .filter(url -> !url.isEmpty())
                        .map(URI::create),
                values.get(Keys.TRACING_RATIO),
                values.get(Keys.TRACING_AUTHORIZATION),
                values.get(Keys.TRACING_CA),
                values.get(Keys.TRACING_TIMEOUT),
                values.get(Keys.TRACING_INTO_SANDBOX));
    }

    private Optional<VaultConfig> vault() {
        return Optional.of(values.get(Keys.VAULT_ADDRESS))
                .filter(address -> !address.isEmpty())
                .map(address -> new VaultConfig(
                        URI.create(address),
                        values.get(Keys.VAULT_NAMESPACE),
                        values.get(Keys.VAULT_MOUNT),
                        Math.toIntExact(values.get(Keys.VAULT_VERSION)),
                        vaultLogin(),
                        values.get(Keys.VAULT_CA),
                        values.get(Keys.VAULT_TIMEOUT)));
    }

    private VaultConfig.Login vaultLogin() {
        if (values.get(Keys.VAULT_SECRET_ID_FILE).isPresent()) {
            return new VaultConfig.Login.AppRole(
                    values.get(Keys.VAULT_ROLE_ID),
                    values.get(Keys.VAULT_SECRET_ID_FILE).get());
        }
        return values.get(Keys.VAULT_TOKEN_FILE)
                .<VaultConfig.Login>map(VaultConfig.Login.TokenFile::new)
                .orElseGet(() -> new VaultConfig.Login.TokenVariable(values.get(Keys.VAULT_TOKEN_ENV)));
    }

    private LoggingConfig logging() {
        return new LoggingConfig(values.get(Keys.LOG_LEVEL), values.get(Keys.LOG_FORMAT));
    }
}
