package io.agentfense.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.text.AlertsText;
import io.agentfense.audit.forward.BodyFormat;
import io.agentfense.audit.forward.Destination;
import io.agentfense.audit.forward.Receiver;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.log.OnFailure;
import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.PathPattern;
import io.agentfense.egress.policy.AllowRule;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.RuntimeKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key reaches its record, from a file and from the environment. */
class ConfigMappingTest {
    private static final String YAML = """
            server:
              grpc_addr: "[::1]:9443"
              http_addr: "[::1]:9443"
              insecure: true
              tls: {cert: /t/cert.pem, key: /t/key.pem, client_ca: /t/ca.pem}
            storage:
              codebase_path: /d/codebases
              mount_path: /d/mounts
              delta_path: /d/deltas
              db_path: postgresql://me:hunter2@db/agentfense
              local_roots: [/srv/a, /srv/b]
              max_file_bytes: 1000
            runtime:
              type: docker
              bwrap_path: /opt/bwrap
              default_timeout: 1m30s
              max_timeout: 2h
              output_bytes: 4096
              docker:
                host: unix:///d.sock
                default_image: debian:13
                allowed_images: ["debian:*"]
                pull: never
                oci_runtime: runsc
                read_only_root: false
                network_mode: bridge
                enable_networking: true
                allow_root: true
            sandbox:
              default_expiration: 1h
              max_per_user: 3
              cleanup_interval: 1500ms
              commit: manual
              conflicts: fail
              session_idle_timeout: 7m
              default_resources:
                memory_bytes: 1
                cpu_quota: 2
                cpu_shares: 3
                pids_limit: 4
                disk_bytes: 5
                nofile: 16
                output_bytes: 17
                max_runtime: 18
              allow_degraded: true
            auth:
              mode: required
              jwt:
                issuer: https://idp
                audience: us
                jwks_file: /k.json
                algorithms: [ES384, RS512]
                user_claim: email
                role_claim: groups
            limits:
              sandboxes: 3
              created_per_hour: 11
              codebase_bytes: 12
              delta_bytes: 13
              concurrent_commands: 14
              requests_per_second: 15
            network:
              default_policy: egress_only
              policies:
                egress_only:
                  type: egress
                  allow:
                    - host: "*.example.com"
                      ports: [443]
                    - cidr: 10.1.0.0/16
                      ports: [80, 8080]
                  max_connections: 9
                  credentials:
                    - {host: api.example.com, secret: token, header: Authorization, methods: [GET], paths: ["/repos/**"]}
                    - {host: B.example.com, ports: [443], secret: "env:B", placeholder_env: B_TOKEN}
                  ca_file: /t/hosts.pem
                  java_trust_store: true
                docker: {type: bridge}
            secrets:
              uploads: off
              sandboxes: hide
              environment: block
              allow: [/tests/keys/**]
              key_file: /k/secrets
              vault:
                address: https://vault.example.com:8200
                namespace: team
                mount: kv/ci
                kv_version: 1
                role_id: r-1
                secret_id_file: /s/vault
                ca_file: /t/vault.pem
                timeout: 4s
            audit:
              enabled: true
              path: /d/audit
              durability: batched
              on_failure: continue
              retention: 8760h
              rotate_bytes: 100000
              rotate_after: 2h
              forward:
                - {name: siem, type: syslog, address: "siem.example.com:6514", format: cef, tls: {ca_file: /t/ca.pem}}
                - name: hook
                  type: webhook
                  url: https://hooks.example.com/audit
                  secret_file: /s/key
                  authorization_file: /s/token
                  tls: {cert_file: /t/c.pem, key_file: /t/c.key}
                  format: json_array
                  timeout: 7s
                - {name: otel, type: otlp, url: "http://127.0.0.1:4318"}
                - {name: out, type: stdout, format: ocsf}
            alerts: {defaults: "false"}
            tracing:
              otlp_endpoint: https://otel.example.com:4318/v1/traces
              sample_ratio: 0.25
              authorization_file: /s/otel
              ca_file: /t/ca.pem
              timeout: 3s
              into_sandbox: true
            logging:
              level: warning
              format: json
            """;

    private static final ServerConfig CONFIG = new ServerConfig(
            new ListenConfig(
                    new TcpAddress("::1", 9443),
                    Optional.of(new TcpAddress("::1", 9443)),
                    true,
                    Optional.of(new TlsConfig(
                            Path.of("/t/cert.pem"), Path.of("/t/key.pem"), Optional.of(Path.of("/t/ca.pem"))))),
            new StorageConfig(
                    Path.of("/d/codebases"),
                    Path.of("/d/mounts"),
                    Path.of("/d/deltas"),
                    "postgresql://me:hunter2@db/agentfense",
                    List.of(Path.of("/srv/a"), Path.of("/srv/b")),
                    1000),
            new RuntimeConfig(
                    RuntimeKind.DOCKER,
                    "/opt/bwrap",
                    Duration.ofSeconds(90),
                    Duration.ofHours(2),
                    4096,
                    new DockerConfig(
                            "unix:///d.sock",
                            "debian:13",
                            List.of("debian:*"),
                            ImagePull.NEVER,
                            "runsc",
                            false,
                            "bridge",
                            true,
                            true)),
            new SandboxConfig(
                    Duration.ofHours(1),
                    3,
                    Duration.ofMillis(1500),
                    CommitMode.MANUAL,
                    ConflictMode.FAIL,
                    Duration.ofMinutes(7),
                    new Resources(1, 2, 3, 4, 5, 16, 17, 18),
                    true),
            new AuthConfig(
                    AuthMode.REQUIRED,
                    Optional.of(new JwtConfig(
                            "https://idp",
                            "us",
                            new JwtConfig.Keys.InFile(Path.of("/k.json")),
                            List.of("ES384", "RS512"),
                            "email",
                            "groups"))),
            new LimitsConfig(3, 11, 12, 13, 14, 15),
            new NetworkConfig(
                    "egress_only",
                    Map.of(
                            "egress_only",
                            new NetworkPolicy.Egress(
                                    new EgressPolicy(
                                            "egress_only",
                                            List.of(
                                                    AllowRule.ofHost("*.example.com", 443),
                                                    AllowRule.ofCidr("10.1.0.0/16", 80, 8080)),
                                            Optional.empty(),
                                            9),
                                    List.of(
                                            new CredentialRule(
                                                    new HostName("api.example.com"),
                                                    List.of(443),
                                                    "token",
                                                    Optional.of("Authorization"),
                                                    "Bearer {}",
                                                    Optional.empty(),
                                                    List.of("GET"),
                                                    List.of(new PathPattern("/repos/**"))),
                                            new CredentialRule(
                                                    new HostName("b.example.com"),
                                                    List.of(443),
                                                    "env:B",
                                                    Optional.empty(),
                                                    "{}",
                                                    Optional.of("B_TOKEN"),
                                                    List.of(),
                                                    List.of())),
                                    Optional.of(Path.of("/t/hosts.pem")),
                                    true),
                            "docker",
                            new NetworkPolicy.Bridge())),
            new SecretsConfig(SentSecrets.OFF, SandboxSecrets.HIDE, SentSecrets.BLOCK, List.of("/tests/keys/**")),
            new AuditConfig(
                    true,
                    Path.of("/d/audit"),
                    Durability.BATCHED,
                    OnFailure.CONTINUE,
                    Duration.ofDays(365),
                    100_000,
                    Duration.ofHours(2),
                    List.of(
                            new Receiver(
                                    "siem",
                                    new Destination.Syslog(
                                            "siem.example.com",
                                            6514,
                                            Optional.of(
                                                    new TlsFiles(Optional.of(Path.of("/t/ca.pem")), Optional.empty())),
                                            BodyFormat.CEF,
                                            Duration.ofSeconds(10))),
                            new Receiver(
                                    "hook",
                                    new Destination.Webhook(
                                            URI.create("https://hooks.example.com/audit"),
                                            Optional.of(Path.of("/s/key")),
                                            Optional.of(Path.of("/s/token")),
                                            new TlsFiles(
                                                    Optional.empty(),
                                                    Optional.of(new TlsFiles.Pair(
                                                            Path.of("/t/c.pem"), Path.of("/t/c.key")))),
                                            BodyFormat.JSON_ARRAY,
                                            Duration.ofSeconds(7))),
                            new Receiver(
                                    "otel",
                                    new Destination.Otlp(
                                            URI.create("http://127.0.0.1:4318"),
                                            Optional.empty(),
                                            TlsFiles.USUAL,
                                            Duration.ofSeconds(10))),
                            new Receiver("out", new Destination.Stdout(BodyFormat.OCSF)))),
            AlertsText.read(Map.of("defaults", false)),
            new TracingConfig(
                    Optional.of(URI.create("https://otel.example.com:4318/v1/traces")),
                    0.25,
                    Optional.of(Path.of("/s/otel")),
                    Optional.of(Path.of("/t/ca.pem")),
                    Duration.ofSeconds(3),
                    true),
            new CredentialConfig(
                    Optional.of(Path.of("/k/secrets")),
                    "",
                    Optional.of(new VaultConfig(
                            URI.create("https://vault.example.com:8200"),
                            "team",
                            "kv/ci",
                            1,
                            new VaultConfig.Login.AppRole("r-1", Path.of("/s/vault")),
                            Optional.of(Path.of("/t/vault.pem")),
                            Duration.ofSeconds(4)))),
            new LoggingConfig(LogLevel.WARN, LogFormat.JSON));

    @TempDir
    Path home;

    @Test
    void everyKeyOfAFileArrives() throws Exception {
        LoadedConfig loaded = new Configurations(home).load(YAML);
        assertThat(loaded.config()).isEqualTo(CONFIG);
        assertThat(loaded.settings())
                .filteredOn(setting -> setting.origin() instanceof Origin.Default)
                .extracting(Setting::key)
                .containsExactly(
                        "auth.jwt.jwks_url", "secrets.key_env", "secrets.vault.token_file", "secrets.vault.token_env");
    }

    @Test
    void everyVariableArrivesAndWhatIsPrintedReadsAsTheSame() throws Exception {
        Configurations configurations = new Configurations(home);
        for (Setting setting : configurations.load(YAML).settings()) {
            String text = setting.value().replaceAll("^\\[(.+)]$", "$1").replace(", ", ",");
            configurations = configurations.with(
                    "AGENTFENSE_" + setting.key().replace('.', '_').toUpperCase(java.util.Locale.ROOT),
                    text.replace("****", "hunter2"));
        }
        assertThat(configurations.load().config()).isEqualTo(CONFIG);
    }

    @Test
    void theProductionFileOfTheSecurityGuideArrives() throws Exception {
        String yaml = new String(
                ConfigMappingTest.class.getResourceAsStream("production.yaml").readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        LoadedConfig loaded = new Configurations(home)
                .with("AGENTFENSE_AUTH_MODE", "required")
                .load(yaml);
        assertThat(loaded.settings().stream()
                        .filter(setting -> setting.origin() instanceof Origin.InFile)
                        .collect(java.util.stream.Collectors.toMap(Setting::key, Setting::value)))
                .isEqualTo(Map.ofEntries(
                        Map.entry("server.grpc_addr", ":9000"),
                        Map.entry("server.http_addr", ":8080"),
                        Map.entry("storage.codebase_path", "/data/agentfense/codebases"),
                        Map.entry("storage.mount_path", "/data/agentfense/mounts"),
                        Map.entry("storage.db_path", "/data/agentfense/metadata.db"),
                        Map.entry("runtime.type", "docker"),
                        Map.entry("runtime.default_timeout", "1m"),
                        Map.entry("runtime.max_timeout", "30m"),
                        Map.entry("runtime.docker.host", ""),
                        Map.entry("runtime.docker.default_image", "ubuntu:22.04"),
                        Map.entry("runtime.docker.network_mode", "none"),
                        Map.entry("runtime.docker.enable_networking", "false"),
                        Map.entry("sandbox.default_expiration", "6h"),
                        Map.entry("sandbox.max_per_user", "20"),
                        Map.entry("sandbox.cleanup_interval", "5m"),
                        Map.entry("logging.level", "info"),
                        Map.entry("logging.format", "json")));
        assertThat(loaded.config().limits().sandboxes()).isEqualTo(20);
    }

    @Test
    void aPasswordIsNeverPrinted() throws Exception {
        LoadedConfig loaded = new Configurations(home).load(YAML);
        assertThat(loaded.find("storage.db_path").value()).isEqualTo("postgresql://me:****@db/agentfense");
        assertThat(loaded.toString()).doesNotContain("hunter2");
        assertThat(new Configurations(home)
                        .load("storage: {db_path: 'jdbc:postgresql://db/x?user=u&password=secret&a=b'}")
                        .find("storage.db_path")
                        .value())
                .isEqualTo("jdbc:postgresql://db/x?user=u&password=****&a=b");
    }
}
