package io.agentfense.server.config;

import io.agentfense.alert.text.AlertSettings;
import io.agentfense.audit.forward.Receiver;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.log.OnFailure;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.RuntimeKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All keys: what can be set, how, and what holds if nobody does. */
final class Keys {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final ValueType<Duration> TIMEOUT = Types.duration(Duration.ofMillis(1), YEAR);
    private static final ValueType<Duration> SPAN_OR_NEVER = Types.duration(Duration.ZERO, YEAR.multipliedBy(10));
    private static final ValueType<Integer> COUNT = Types.count(1_000_000);
    private static final ValueType<Long> BYTES = Types.whole(0, 1L << 50);
    private static final long GIBIBYTE = 1L << 30;

    static final Key<ListenAddress> GRPC_ADDR = Key.fixed(
            "server.grpc_addr",
            Types.ADDRESS,
            new TcpAddress("127.0.0.1", 9000),
            "Where gRPC listens: HOST:PORT, :PORT for all interfaces, or unix:PATH for a socket.");
    static final Key<Optional<ListenAddress>> HTTP_ADDR = Key.fixed(
            "server.http_addr",
            Types.OPTIONAL_ADDRESS,
            Optional.of(new TcpAddress("127.0.0.1", 8080)),
            "Where REST listens; may be the same as gRPC. Empty for gRPC alone.");
    static final Key<Boolean> INSECURE = Key.fixed(
            "server.insecure",
            Types.BOOLEAN,
            false,
            "Listen beyond this machine although auth.mode is none: everybody who reaches the server rules it.");
    static final Key<Optional<Path>> TLS_CERT =
            Key.live("server.tls.cert", Types.OPTIONAL_PATH, Optional.empty(), "The server's certificate chain, PEM.");
    static final Key<Optional<Path>> TLS_KEY =
            Key.live("server.tls.key", Types.OPTIONAL_PATH, Optional.empty(), "Its private key, PKCS #8 PEM.");
    static final Key<Optional<Path>> TLS_CLIENT_CA = Key.fixed(
            "server.tls.client_ca",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "Authorities whose certificate every client must have, PEM.");

    static final Key<Path> CODEBASE_PATH = Key.below(
            "storage.codebase_path",
            Types.PATH,
            places -> places.state().resolve("codebases"),
            "Directory of uploaded codebases.");
    static final Key<Path> MOUNT_PATH = Key.below(
            "storage.mount_path",
            Types.PATH,
            places -> places.state().resolve("mounts"),
            "Directory in which running sandboxes are mounted.");
    static final Key<Path> DELTA_PATH = Key.below(
            "storage.delta_path",
            Types.PATH,
            places -> places.state().resolve("sandboxes"),
            "Directory of what sandboxes wrote and did not commit.");
    static final Key<String> DB_PATH = Key.below(
            "storage.db_path",
            Types.DATABASE,
            places -> places.state().resolve("metadata.db").toString(),
            "SQLite file, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE.");
    static final Key<List<Path>> LOCAL_ROOTS = Key.fixed(
            "storage.local_roots",
            Types.PATHS,
            List.of(),
            "Directories below which a codebase may be a directory of this machine.");
    static final Key<Long> MAX_FILE_BYTES = Key.live(
            "storage.max_file_bytes",
            Types.whole(1, 1L << 50),
            GIBIBYTE,
            "The largest file that can be uploaded, in bytes.");

    static final Key<RuntimeKind> RUNTIME_TYPE = Key.fixed(
            "runtime.type",
            Types.oneOf(RuntimeKind.class),
            RuntimeKind.BWRAP,
            "What isolates sandboxes: bwrap, or docker where a sandbox asks for it; or docker for all.");
    static final Key<String> BWRAP_PATH = Key.fixed(
            "runtime.bwrap_path", Types.TEXT, "bwrap", "The bubblewrap program; looked up in PATH without a slash.");
    static final Key<Duration> DEFAULT_TIMEOUT =
            Key.live("runtime.default_timeout", TIMEOUT, Duration.ofSeconds(30), "Of commands that ask for no other.");
    static final Key<Duration> MAX_TIMEOUT = Key.live(
            "runtime.max_timeout", TIMEOUT, Duration.ofMinutes(10), "The longest timeout that a command may ask for.");
    static final Key<Long> OUTPUT_BYTES = Key.live(
            "runtime.output_bytes",
            Types.whole(1024, 64 << 20),
            // Both outputs and their frame fit the 4 MiB that gRPC clients take by default.
            (2L << 20) - (16 << 10),
            "Bytes of each output that an answer holds; what is beyond is cut and marked.");
    static final Key<String> DOCKER_HOST = Key.fixed(
            "runtime.docker.host",
            Types.TEXT,
            "",
            "Where Docker listens on this host, unix:///PATH; empty for DOCKER_HOST or its own default.");
    static final Key<String> DOCKER_IMAGE = Key.live(
            "runtime.docker.default_image", Types.TEXT, "ubuntu:22.04", "Of containers that ask for no other.");
    static final Key<List<String>> DOCKER_ALLOWED_IMAGES = Key.live(
            "runtime.docker.allowed_images",
            Types.TEXTS,
            List.of(),
            "Images that may be asked for, * standing for anything: ghcr.io/acme/*; empty for all.");
    static final Key<ImagePull> DOCKER_PULL = Key.fixed(
            "runtime.docker.pull",
            Types.oneOf(ImagePull.class),
            ImagePull.MISSING,
            "Whether images are fetched that are not on this host: missing or never.");
    static final Key<String> DOCKER_OCI_RUNTIME = Key.live(
            "runtime.docker.oci_runtime",
            Types.TEXT,
            "",
            "What starts containers' processes, by Docker's name for it; empty for its default.");
    static final Key<Boolean> DOCKER_READ_ONLY_ROOT = Key.live(
            "runtime.docker.read_only_root",
            Types.BOOLEAN,
            true,
            "Whether files of images can't be changed; what is changed goes with the container, and no limit counts it.");
    static final Key<String> DOCKER_NETWORK_MODE = Key.live(
            "runtime.docker.network_mode",
            Types.TEXT,
            "none",
            "Docker's network for containers, if enable_networking is true.");
    static final Key<Boolean> DOCKER_NETWORKING = Key.live(
            "runtime.docker.enable_networking", Types.BOOLEAN, false, "Whether containers may have a network.");
    static final Key<Boolean> DOCKER_ALLOW_ROOT = Key.live(
            "runtime.docker.allow_root",
            Types.BOOLEAN,
            false,
            "Whether sandboxes may ask to be root in their containers, if Docker maps users (dockerd --userns-remap).");

    static final Key<Duration> DEFAULT_EXPIRATION = Key.live(
            "sandbox.default_expiration",
            SPAN_OR_NEVER,
            Duration.ofHours(24),
            "How long sandboxes live that ask for nothing else; 0 for ever.");
    static final Key<Integer> MAX_PER_USER =
            Key.live("sandbox.max_per_user", COUNT, 10, "Sandboxes of one user in any state; 0 for no limit.");
    static final Key<Duration> CLEANUP_INTERVAL = Key.live(
            "sandbox.cleanup_interval",
            Types.duration(Duration.ofMillis(10), YEAR),
            Duration.ofMinutes(5),
            "Between two looks for expired sandboxes.");
    static final Key<CommitMode> COMMIT = Key.live(
            "sandbox.commit",
            Types.oneOf(CommitMode.class),
            CommitMode.ON_EXEC,
            "When changes land in the codebase: on_exec, on_stop or manual.");
    static final Key<ConflictMode> CONFLICTS = Key.live(
            "sandbox.conflicts",
            Types.oneOf(ConflictMode.class),
            ConflictMode.LAST_WRITER,
            "What a commit does with what both sides changed: last_writer or fail.");
    static final Key<Duration> SESSION_IDLE_TIMEOUT = Key.live(
            "sandbox.session_idle_timeout",
            SPAN_OR_NEVER,
            Duration.ofHours(1),
            "After which an idle session is closed; 0 for never.");
    static final Key<Long> MEMORY_BYTES =
            Key.live("sandbox.default_resources.memory_bytes", BYTES, 0L, "Memory of a sandbox; 0 for no limit.");
    static final Key<Long> CPU_QUOTA = Key.live(
            "sandbox.default_resources.cpu_quota",
            Types.whole(0, 100_000_000),
            0L,
            "Microseconds of processor time per 100 ms: 50000 is half a processor; 0 for no limit.");
    static final Key<Long> CPU_SHARES = Key.live(
            "sandbox.default_resources.cpu_shares",
            Types.whole(0, 262_144),
            0L,
            "Weight against others, 1024 being usual; 0 for that, or 128 with a cpu_quota.");
    static final Key<Long> PIDS_LIMIT = Key.live(
            "sandbox.default_resources.pids_limit",
            Types.whole(0, 4_194_304),
            0L,
            "Processes and threads of a sandbox; 0 for no limit.");
    static final Key<Long> DISK_BYTES =
            Key.live("sandbox.default_resources.disk_bytes", BYTES, 0L, "Bytes of a sandbox's delta; 0 for no limit.");
    static final Key<Long> NOFILE = Key.live(
            "sandbox.default_resources.nofile",
            Types.whole(0, 1_048_576),
            0L,
            "Descriptors that a process may have open, at least 16; 0 for 4096.");
    static final Key<Long> OUTPUT_LIMIT = Key.live(
            "sandbox.default_resources.output_bytes",
            BYTES,
            0L,
            "Bytes of each output that an answer holds, within runtime.output_bytes; 0 for that.");
    static final Key<Long> MAX_RUNTIME = Key.live(
            "sandbox.default_resources.max_runtime",
            Types.whole(0, 31_536_000),
            0L,
            "Seconds that a sandbox may run before it is stopped; 0 for no limit.");
    static final Key<Boolean> ALLOW_DEGRADED = Key.live(
            "sandbox.allow_degraded",
            Types.BOOLEAN,
            false,
            "Whether a sandbox starts, marked so, without a limit that this machine can't enforce.");

    static final Key<AuthMode> AUTH_MODE = Key.fixed(
            "auth.mode",
            Types.oneOf(AuthMode.class),
            AuthMode.NONE,
            "none: everybody who reaches the server may do everything; required: every call needs a key or token.");
    static final Key<String> JWT_ISSUER =
            Key.fixed("auth.jwt.issuer", Types.TEXT, "", "Exactly what a token's iss must be.");
    static final Key<String> JWT_AUDIENCE =
            Key.fixed("auth.jwt.audience", Types.TEXT, "", "What must be among a token's aud.");
    static final Key<Optional<Path>> JWKS_FILE = Key.fixed(
            "auth.jwt.jwks_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "The issuer's public keys as a JSON Web Key Set.");
    static final Key<String> JWKS_URL =
            Key.fixed("auth.jwt.jwks_url", Types.TEXT, "", "The same at an https URL, instead of a file.");
    static final Key<List<String>> JWT_ALGORITHMS = Key.fixed(
            "auth.jwt.algorithms",
            Types.someOf(List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")),
            List.of("RS256", "PS256", "ES256"),
            "Signatures that are taken.");
    static final Key<String> JWT_USER_CLAIM =
            Key.fixed("auth.jwt.user_claim", Types.TEXT, "sub", "The claim that names the user.");
    static final Key<String> JWT_ROLE_CLAIM = Key.fixed(
            "auth.jwt.role_claim",
            Types.TEXT,
            "role",
            "The claim that names the role, a word or a list: admin, auditor or user.");

    static final Key<String> NETWORK_DEFAULT = Key.live(
            "network.default_policy",
            Types.TEXT,
            NetworkPolicy.NONE_NAME,
            "The policy of sandboxes without the label network_policy.");
    static final Key<Map<String, NetworkPolicy>> NETWORK_POLICIES = Key.live(
            "network.policies",
            new NetworkPolicies(),
            Map.of(),
            "What sandboxes may reach, by name: {type: egress, allow: [{host: api.example.com, ports: [443]}]}.");

    static final Key<Integer> SANDBOXES =
            Key.live("limits.sandboxes", COUNT, 0, "The same as sandbox.max_per_user; 0 to leave it to that.");
    static final Key<Integer> CREATED_PER_HOUR =
            Key.live("limits.created_per_hour", COUNT, 0, "Sandboxes that a user creates in an hour; 0 for no limit.");
    static final Key<Long> CODEBASE_BYTES = Key.live(
            "limits.codebase_bytes", BYTES, 0L, "Bytes in all of a user's codebases together; 0 for no limit.");
    static final Key<Long> DELTA_BYTES =
            Key.live("limits.delta_bytes", BYTES, 0L, "Bytes in all of a user's deltas together; 0 for no limit.");
    static final Key<Integer> CONCURRENT_COMMANDS =
            Key.live("limits.concurrent_commands", COUNT, 0, "Commands that a user runs at one time; 0 for no limit.");
    static final Key<Integer> REQUESTS_PER_SECOND =
            Key.live("limits.requests_per_second", COUNT, 0, "Calls of a user per second on average; 0 for no limit.");

    static final Key<SentSecrets> SECRETS_UPLOADS = Key.live(
            "secrets.uploads",
            Types.oneOf(SentSecrets.class, SentSecrets.OFF),
            SentSecrets.WARN,
            "Credentials in uploads: off, warn (told to the caller, written down) or block (the upload is refused).");
    static final Key<SandboxSecrets> SECRETS_SANDBOXES = Key.live(
            "secrets.sandboxes",
            Types.oneOf(SandboxSecrets.class, SandboxSecrets.OFF),
            SandboxSecrets.OFF,
            "Credentials in codebases, at a start: off, warn, block (no start) or hide (the files are not there).");
    static final Key<SentSecrets> SECRETS_ENVIRONMENT = Key.live(
            "secrets.environment",
            Types.oneOf(SentSecrets.class, SentSecrets.OFF),
            SentSecrets.WARN,
            "Credentials in the variables of commands: off, warn (told to the caller, written down) or block (not run).");
    static final Key<List<String>> SECRETS_ALLOW = Key.live(
            "secrets.allow",
            Types.PATTERNS,
            List.of(),
            "Files of sandboxes that may hold credentials, as patterns of rules: /tests/keys/**.");

    static final Key<Boolean> AUDIT_ENABLED =
            Key.fixed("audit.enabled", Types.BOOLEAN, true, "Whether what happens is written down in the audit log.");
    static final Key<Path> AUDIT_PATH = Key.below(
            "audit.path",
            Types.PATH,
            places -> places.state().resolve("audit"),
            "Directory of the audit log, which no sandbox reaches; if not given, beside the SQLite file.");
    static final Key<Durability> AUDIT_DURABILITY = Key.fixed(
            "audit.durability",
            Types.oneOf(Durability.class),
            Durability.SYNC,
            "When a call is answered: sync once its record is on the disk, batched a moment before.");
    static final Key<OnFailure> AUDIT_ON_FAILURE = Key.fixed(
            "audit.on_failure",
            Types.oneOf(OnFailure.class),
            OnFailure.REFUSE,
            "While records can't be written: refuse work, or continue and record the gap.");
    static final Key<Duration> AUDIT_RETENTION = Key.fixed(
            "audit.retention", SPAN_OR_NEVER, Duration.ofDays(90), "How long records are kept at least; 0 for ever.");
    static final Key<Long> AUDIT_ROTATE_BYTES = Key.fixed(
            "audit.rotate_bytes",
            Types.whole(1 << 16, 1L << 40),
            64L << 20,
            "At what size a file of the audit log is closed and compressed.");
    static final Key<Duration> AUDIT_ROTATE_AFTER = Key.fixed(
            "audit.rotate_after",
            Types.duration(Duration.ofSeconds(1), YEAR),
            Duration.ofDays(1),
            "How long a file of the audit log is written to, at most.");
    static final Key<List<Receiver>> AUDIT_FORWARD = Key.fixed(
            "audit.forward",
            new ForwardSection(),
            List.of(),
            "Who gets the audit log's records: {name: siem, type: syslog, address: siem.example.com:6514, tls: {}};"
                    + " the types are syslog, webhook, otlp, stdout.");

    static final Key<AlertSettings> ALERTS = Key.fixed(
            "alerts",
            new AlertsSection(),
            AlertSettings.DEFAULTS,
            "Rules over the audit log, and who hears when one is met: defaults, rules, sinks.");

    static final Key<String> TRACING_ENDPOINT = Key.fixed(
            "tracing.otlp_endpoint",
            Types.TEXT,
            "",
            "Whereto the steps of calls are sent as OpenTelemetry's spans, OTLP over HTTP; empty to trace nothing.");
    static final Key<Double> TRACING_RATIO = Key.fixed(
            "tracing.sample_ratio",
            Types.RATIO,
            1.0,
            "Of the calls that are traced, 0 to 1, where their traceparent does not say whether they are.");
    static final Key<Optional<Path>> TRACING_AUTHORIZATION = Key.fixed(
            "tracing.authorization_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "File with the value of the header Authorization for it.");
    static final Key<Optional<Path>> TRACING_CA = Key.fixed(
            "tracing.ca_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "Authorities that its certificate must be of, PEM; this machine's without one.");
    static final Key<Duration> TRACING_TIMEOUT = Key.fixed(
            "tracing.timeout",
            Types.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(10),
            "For sending one batch of spans, with all its attempts.");
    static final Key<Boolean> TRACING_INTO_SANDBOX = Key.fixed(
            "tracing.into_sandbox", Types.BOOLEAN, false, "Whether commands are told their trace, in TRACEPARENT.");

    static final Key<Optional<Path>> SECRETS_KEY_FILE = Key.fixed(
            "secrets.key_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "The key that users' secrets are sealed with: 32 bytes, or those in hexadecimal, mode 0600.");
    static final Key<String> SECRETS_KEY_ENV =
            Key.fixed("secrets.key_env", Types.TEXT, "", "The name of a variable with that key, instead of a file.");

    static final Key<String> VAULT_ADDRESS = Key.fixed(
            "secrets.vault.address",
            Types.TEXT,
            "",
            "URL of a HashiCorp Vault or an OpenBao, for secrets that policies name vault:PATH#KEY; empty for none.");
    static final Key<String> VAULT_NAMESPACE = Key.fixed(
            "secrets.vault.namespace", Types.TEXT, "", "The namespace that all of it is in; empty for the root's.");
    static final Key<String> VAULT_MOUNT =
            Key.fixed("secrets.vault.mount", Types.TEXT, "secret", "Where its KV engine is mounted.");
    static final Key<Long> VAULT_VERSION =
            Key.fixed("secrets.vault.kv_version", Types.whole(1, 2), 2L, "The version of that engine: 1 or 2.");
    static final Key<Optional<Path>> VAULT_TOKEN_FILE = Key.fixed(
            "secrets.vault.token_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "File with a token for it, not for everybody to read; it is read at each start of a sandbox.");
    static final Key<String> VAULT_TOKEN_ENV = Key.fixed(
            "secrets.vault.token_env", Types.TEXT, "", "The name of a variable with that token, instead of a file.");
    static final Key<String> VAULT_ROLE_ID =
            Key.fixed("secrets.vault.role_id", Types.TEXT, "", "The id of an AppRole, instead of a token.");
    static final Key<Optional<Path>> VAULT_SECRET_ID_FILE = Key.fixed(
            "secrets.vault.secret_id_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "File with that role's secret id, not for everybody to read.");
    static final Key<Optional<Path>> VAULT_CA = Key.fixed(
            "secrets.vault.ca_file",
            Types.OPTIONAL_PATH,
            Optional.empty(),
            "Authorities that its certificate must be of, PEM; this machine's without one.");
    static final Key<Duration> VAULT_TIMEOUT = Key.fixed(
            "secrets.vault.timeout",
            Types.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(10),
            "For one call of it.");

    static final Key<LogLevel> LOG_LEVEL = Key.live(
            "logging.level",
            Types.oneOf(LogLevel.class, "warning", LogLevel.WARN),
            LogLevel.INFO,
            "debug, info, warn, error or fatal.");
    static final Key<LogFormat> LOG_FORMAT = Key.fixed(
            "logging.format",
            Types.oneOf(LogFormat.class, "console", LogFormat.TEXT),
            LogFormat.TEXT,
            "text for people, json for one object per line.");

    /** All of them, in the order of the documentation. */
    static final List<Key<?>> ALL = List.of(
            GRPC_ADDR,
            HTTP_ADDR,
            INSECURE,
            TLS_CERT,
            TLS_KEY,
            TLS_CLIENT_CA,
            CODEBASE_PATH,
            MOUNT_PATH,
            DELTA_PATH,
            DB_PATH,
            LOCAL_ROOTS,
            MAX_FILE_BYTES,
            RUNTIME_TYPE,
            BWRAP_PATH,
            DEFAULT_TIMEOUT,
            MAX_TIMEOUT,
            OUTPUT_BYTES,
            DOCKER_HOST,
            DOCKER_IMAGE,
            DOCKER_ALLOWED_IMAGES,
            DOCKER_PULL,
            DOCKER_OCI_RUNTIME,
            DOCKER_READ_ONLY_ROOT,
            DOCKER_NETWORK_MODE,
            DOCKER_NETWORKING,
            DOCKER_ALLOW_ROOT,
            DEFAULT_EXPIRATION,
            MAX_PER_USER,
            CLEANUP_INTERVAL,
            COMMIT,
            CONFLICTS,
            SESSION_IDLE_TIMEOUT,
            MEMORY_BYTES,
            CPU_QUOTA,
            CPU_SHARES,
            PIDS_LIMIT,
            DISK_BYTES,
            NOFILE,
            OUTPUT_LIMIT,
            MAX_RUNTIME,
            ALLOW_DEGRADED,
            AUTH_MODE,
            JWT_ISSUER,
            JWT_AUDIENCE,
            JWKS_FILE,
            JWKS_URL,
            JWT_ALGORITHMS,
            JWT_USER_CLAIM,
            JWT_ROLE_CLAIM,
            SANDBOXES,
            CREATED_PER_HOUR,
            CODEBASE_BYTES,
            DELTA_BYTES,
            CONCURRENT_COMMANDS,
            REQUESTS_PER_SECOND,
            NETWORK_DEFAULT,
            NETWORK_POLICIES,
            SECRETS_UPLOADS,
            SECRETS_SANDBOXES,
            SECRETS_ENVIRONMENT,
            SECRETS_ALLOW,
            AUDIT_ENABLED,
            AUDIT_PATH,
            AUDIT_DURABILITY,
            AUDIT_ON_FAILURE,
            AUDIT_RETENTION,
            AUDIT_ROTATE_BYTES,
            AUDIT_ROTATE_AFTER,
            AUDIT_FORWARD,
            ALERTS,
            TRACING_ENDPOINT,
            TRACING_RATIO,
            TRACING_AUTHORIZATION,
            TRACING_CA,
            TRACING_TIMEOUT,
            TRACING_INTO_SANDBOX,
            SECRETS_KEY_FILE,
            SECRETS_KEY_ENV,
            VAULT_ADDRESS,
            VAULT_NAMESPACE,
            VAULT_MOUNT,
            VAULT_VERSION,
            VAULT_TOKEN_FILE,
            VAULT_TOKEN_ENV,
            VAULT_ROLE_ID,
            VAULT_SECRET_ID_FILE,
            VAULT_CA,
            VAULT_TIMEOUT,
            LOG_LEVEL,
            LOG_FORMAT);

    /** Flags that a command line has for some of them; the others are set with {@code --set KEY=VALUE}. */
    static final Map<String, String> FLAGS = Map.of(
            "server.grpc_addr", "--grpc-addr",
            "server.http_addr", "--http-addr",
            "storage.codebase_path", "--codebase-path",
            "runtime.type", "--runtime");

    private Keys() {}

    /** The names that may stand below a section, or at the top for the empty one. */
    static List<String> below(String section) {
        String prefix = section.isEmpty() ? "" : section + ".";
        return ALL.stream()
                .map(Key::name)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()).split("\\.", 2)[0])
                .distinct()
                .toList();
    }

    /** The key of a full name. */
    static Optional<Key<?>> find(String name) {
        return ALL.stream().filter(key -> key.name().equals(name)).findFirst();
    }
}
