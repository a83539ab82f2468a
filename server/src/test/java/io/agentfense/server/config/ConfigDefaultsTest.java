package io.agentfense.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.text.AlertSettings;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.log.OnFailure;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.RuntimeKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDefaultsTest {
    @TempDir
    Path home;

    @Test
    void nothingSetIsSafeAndComplete() throws Exception {
        Path state = home.resolve(".local/state/agentfense");
        assertThat(new Configurations(home).load().config())
                .isEqualTo(new ServerConfig(
                        new ListenConfig(
                                new TcpAddress("127.0.0.1", 9000),
                                Optional.of(new TcpAddress("127.0.0.1", 8080)),
                                false,
                                Optional.empty()),
                        new StorageConfig(
                                state.resolve("codebases"),
                                state.resolve("mounts"),
                                state.resolve("sandboxes"),
                                state.resolve("metadata.db").toString(),
                                List.of(),
                                1L << 30),
                        new RuntimeConfig(
                                RuntimeKind.BWRAP,
                                "bwrap",
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                2_080_768,
                                new DockerConfig(
                                        "",
                                        "ubuntu:22.04",
                                        List.of(),
                                        ImagePull.MISSING,
                                        "",
                                        true,
                                        "none",
                                        false,
                                        false)),
                        new SandboxConfig(
                                Duration.ofHours(24),
                                10,
                                Duration.ofMinutes(5),
                                CommitMode.ON_EXEC,
                                ConflictMode.LAST_WRITER,
                                Duration.ofHours(1),
                                Resources.NONE,
                                false),
                        new AuthConfig(AuthMode.NONE, Optional.empty()),
                        new LimitsConfig(10, 0, 0, 0, 0, 0),
                        new NetworkConfig("none", Map.of()),
                        new SecretsConfig(SentSecrets.WARN, SandboxSecrets.OFF, SentSecrets.WARN, List.of()),
                        new AuditConfig(
                                true,
                                state.resolve("audit"),
                                Durability.SYNC,
                                OnFailure.REFUSE,
                                Duration.ofDays(90),
                                64L << 20,
                                Duration.ofDays(1),
                                List.of()),
                        AlertSettings.DEFAULTS,
                        new TracingConfig(
                                Optional.empty(), 1, Optional.empty(), Optional.empty(), Duration.ofSeconds(10), false),
                        new CredentialConfig(Optional.empty(), ""),
                        new LoggingConfig(LogLevel.INFO, LogFormat.TEXT)));
    }

    @Test
    void rootKeepsItsStateWhereDaemonsDo() throws Exception {
        StorageConfig storage = new Configurations(home)
                .loader(true)
                .load(Map.of(), Optional.empty())
                .config()
                .storage();
        assertThat(storage.database()).isEqualTo("/var/lib/agentfense/metadata.db");
        assertThat(storage.codebasePath()).isEqualTo(Path.of("/var/lib/agentfense/codebases"));
    }

    @Test
    void aUserKeepsItsStateWhereXdgSaysUnlessThatIsRelative() throws Exception {
        Configurations configurations = new Configurations(home);
        assertThat(configurations
                        .with("XDG_STATE_HOME", "/s")
                        .load()
                        .config()
                        .storage()
                        .mountPath())
                .isEqualTo(Path.of("/s/agentfense/mounts"));
        assertThat(configurations
                        .with("XDG_STATE_HOME", "s")
                        .load()
                        .config()
                        .storage()
                        .mountPath())
                .isEqualTo(home.resolve(".local/state/agentfense/mounts"));
    }

    @Test
    void bothOutputsFitTheMessageThatClientsTake() throws Exception {
        long most = new Configurations(home).load().config().runtime().outputBytes();
        assertThat(2 * most).isLessThan(4L << 20).isGreaterThan(4_000_000);
    }

    @Test
    void everyKeyIsListedWithItsOriginAndADescription() throws Exception {
        assertThat(new Configurations(home).load().settings())
                .hasSize(Keys.ALL.size())
                .allSatisfy(setting -> {
                    assertThat(setting.origin()).isEqualTo(new Origin.Default());
                    assertThat(setting.description()).endsWith(".");
                });
    }

    @Test
    void everyKeyIsInTheListOfKeys() {
        assertThat(java.util.Arrays.stream(Keys.class.getDeclaredFields())
                        .filter(field -> field.getType() == Key.class))
                .hasSameSizeAs(Keys.ALL);
    }
}
