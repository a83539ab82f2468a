package io.agentfense.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class ConfigLoaderTest {
    static final List<Arguments> BROKEN = List.of(
            arguments(
                    "server:\n  grpc_adr: \":1\"", ":2:3: unknown key of server 'grpc_adr': did you mean 'grpc_addr'?"),
            arguments("serwer: {}", ":1:1: unknown section 'serwer': did you mean 'server'?"),
            arguments(
                    "runtime:\n  docker:\n    hostt: x",
                    ":3:5: unknown key of runtime.docker 'hostt': did you mean 'host'?"),
            arguments(
                    "runtime:\n  default_timeout: 30",
                    ":2:3: runtime.default_timeout must be a string; put it in quotes"),
            arguments(
                    "runtime:\n  default_timeout: 30x",
                    ":2:3: runtime.default_timeout must be a duration such as 30s, 10m"),
            arguments("runtime:\n  default_timeout: -5s", "runtime.default_timeout must be a duration"),
            arguments("runtime:\n  default_timeout: 0s", "runtime.default_timeout must be from 1ms to 8760h"),
            arguments(
                    "runtime:\n  max_timeout: 1s",
                    ":2:3: runtime.max_timeout: runtime.default_timeout must not be longer"),
            arguments("tracing: {sample_ratio: 1.5}", ":1:11: tracing.sample_ratio must be a number from 0 to 1"),
            arguments("tracing: {sample_ratio: \"0.5\"}", "tracing.sample_ratio must be a number from 0 to 1"),
            arguments("tracing: {sample_ratio: -0.1}", "tracing.sample_ratio must be a number from 0 to 1"),
            arguments("tracing: {otlp_endpoint: \"http://otel.example.com:4318\"}", "must be an https URL"),
            arguments("tracing: {otlp_endpoint: \"file:///x\"}", "must be an https URL"),
            arguments(
                    "tracing: {otlp_endpoint: \"https://me:secret@otel.example.com\"}",
                    "must not have a user or password in it; use tracing.authorization_file"),
            arguments("runtime: {type: mock}", ":1:11: runtime.type must be one of bwrap, docker"),
            arguments("sandbox: {max_per_user: many}", "sandbox.max_per_user must be a whole number from 0 to 1000000"),
            arguments("sandbox: {max_per_user: \"20\"}", "sandbox.max_per_user must be a whole number"),
            arguments("sandbox: {max_per_user: -1}", "sandbox.max_per_user must be a whole number"),
            arguments("sandbox: {max_per_user: 1.5}", "sandbox.max_per_user must be a whole number"),
            arguments("sandbox: {max_per_user: 99999999999999999999}", "sandbox.max_per_user must be a whole number"),
            arguments("sandbox: {max_per_user: }", "sandbox.max_per_user must be a whole number"),
            arguments("sandbox: 5", ":1:1: sandbox must be a mapping with the keys default_expiration"),
            arguments(
                    "sandbox:\n  commit: on_exit", "must be one of on_exec, on_stop, manual; did you mean 'on_exec'?"),
            arguments("server: {insecure: yes please}", "server.insecure must be true or false"),
            arguments("server: {grpc_addr: nine}", "server.grpc_addr must be HOST:PORT such as 127.0.0.1:9000"),
            arguments("server: {grpc_addr: \"1.2.3.4:70000\"}", "server.grpc_addr must be HOST:PORT"),
            arguments("server: {grpc_addr: [a]}", "server.grpc_addr must be a string"),
            arguments("server: {grpc_addr: {a: b}}", "server.grpc_addr takes a value, not keys"),
            arguments("server: {tls: {cert: /c}}", "server.tls.cert: needs its other half"),
            arguments("storage: {local_roots: /srv}", "storage.local_roots must be a list of paths"),
            arguments("storage: {local_roots: [/], db_path: /d/x}", "'/' and storage.codebase_path"),
            arguments(
                    "storage: {local_roots: [/d], db_path: /d/x}",
                    "'/d' and storage.db_path '/d/x' lie in one another"),
            arguments("limits: {sandboxes: 3}\nsandbox: {max_per_user: 4}", "another number than sandbox.max_per_user"),
            arguments("auth: {jwt: {issuer: x}}", "auth.jwt.issuer: has no effect while auth.mode is none"),
            arguments("auth: {mode: required, jwt: {issuer: x}}", "needs both auth.jwt.issuer and auth.jwt.audience"),
            arguments("auth: {mode: required, jwt: {issuer: x, audience: y}}", "needs either auth.jwt.jwks_file or"),
            arguments(
                    "auth: {mode: required, jwt: {issuer: x, audience: y, jwks_url: \"http://k/\"}}",
                    "must be an https URL"),
            arguments("auth: {jwt: {algorithms: [HS256]}}", "must be one of RS256"),
            arguments("auth: {jwt: {algorithms: [none]}}", "must be one of RS256"),
            arguments("logging: {level: info}\nlogging: {level: warn}", ":2:1: logging a second time; remove one"),
            arguments("logging: {level: &a info, format: *a}", "aliases and anchors are not read"),
            arguments("network: {default_policy: x}", ":1:11: network.default_policy: there is no policy 'x'"),
            arguments("network:\n  policies: {a: {type: open}}", ":2:3: network.policies .a: type must be one of none"),
            arguments("network: {policies: {none: {type: none}}}", ".none: this name is taken"),
            arguments("network: {policies: {a: {type: egress}}}", ".a: allow must be a list of entries"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: 10.0.0.1, ports: [1]}]}}}",
                    ".a.allow[0]: '10.0.0.1' is not a host"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{hosts: x, ports: [1]}]}}}",
                    ".a.allow[0]: unknown key 'hosts'"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t}]}}}",
                    ".a.credentials[0]: header or placeholder_env is needed"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: \"*.test\", secret: t, header: X}]}}}",
                    ".a.credentials[0]: host must be one host name"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: y.test, secret: t, header: X}]}}}",
                    ".a.credentials[0]: y.test port 443 is not in the allow list"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, ports: [80], secret: t, header: X}]}}}",
                    ".a.credentials[0]: x.test port 80 is not in the allow list"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"a b\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, header: Host}]}}}",
                    ".a.credentials[0]: header can't be 'Host'"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, header: X, format: \"no place\"}]}}}",
                    ".a.credentials[0]: format must have {} once"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, placeholder_env: T, format: \"{}\"}]}}}",
                    ".a.credentials[0]: format needs a header"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, header: X, methods: [get]}]}}}",
                    ".a.credentials[0]: a method is a word in capitals"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, header: X, methods: []}]}}}",
                    ".a.credentials[0]: methods must not be empty"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, header: X, paths: [/a/../b]}]}}}",
                    ".a.credentials[0]: '/a/../b' is no path"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: t, placeholder_env: T}, {host: x.test, secret: u, placeholder_env: T}]}}}",
                    ".a.credentials[1]: placeholder_env T is used twice"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], java_trust_store: x}}}",
                    ".a: java_trust_store must be true or false"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:ci/../x#k\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:ci/x\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:/x#k\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:x#\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:a//b#k\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:a?b#k\", header: X}]}}}",
                    ".a.credentials[0]: secret must be the name of a secret"),
            arguments(
                    "network: {policies: {a: {type: egress, allow: [{host: x.test, ports: [443]}], credentials: [{host: x.test, secret: \"vault:ci/x#k\", header: X}]}}}",
                    "policy 'a' has a secret of Vault, and secrets.vault.address is not set"),
            arguments(
                    "secrets: {vault: {token_env: T}}",
                    "secrets.vault.token_env: has no effect without secrets.vault.address"),
            arguments(
                    "secrets: {vault: {address: \"http://vault.example.com\", token_env: T}}",
                    "secrets.vault.address: must be an https URL"),
            arguments(
                    "secrets: {vault: {address: \"https://a:b@vault.example.com\", token_env: T}}",
                    "secrets.vault.address: must be an https URL"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com/v1\", token_env: T}}",
                    "secrets.vault.address: must be an https URL"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com\"}}",
                    "secrets.vault.address: needs one of"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com\", token_env: T, token_file: /t}}",
                    "secrets.vault.address: needs one of"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com\", role_id: r}}",
                    "secrets.vault.address: needs both"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com\", token_env: T, mount: a/../b}}",
                    "secrets.vault.mount: must be names"),
            arguments(
                    "secrets: {vault: {address: \"https://vault.example.com\", token_env: T, kv_version: 3}}",
                    "secrets.vault.kv_version"),
            arguments("audit: {forward: {name: a}}", ":1:9: audit.forward takes a value, not keys"),
            arguments("audit: {forward: x}", "audit.forward must be a list of receivers, each with a name and a type"),
            arguments("audit: {forward: [x]}", "audit.forward [0]: must be a mapping"),
            arguments("audit: {forward: [{name: a}]}", "audit.forward [0].type: must be set"),
            arguments(
                    "audit: {forward: [{name: a, type: kafka}]}",
                    "[0].type: unknown word 'kafka'; use one of syslog, webhook, otlp, stdout"),
            arguments("audit: {forward: [{type: stdout}]}", "[0].name: must be set"),
            arguments("audit: {forward: [{name: a/b, type: stdout}]}", "[0].name: a name has 1 to 63 letters"),
            arguments(
                    "audit: {forward: [{name: a, type: stdout}, {name: a, type: stdout}]}",
                    "[1].name: there is a receiver 'a' before it"),
            arguments(
                    "audit: {forward: [{name: a, type: stdout, format: json_array}]}",
                    "[0].format: unknown word 'json_array'; use one of json, ocsf, cef"),
            arguments("audit: {forward: [{name: a, type: stdout, url: x}]}", "[0].url: unknown key; there are name"),
            arguments("audit: {forward: [{name: a, type: syslog, address: siem}]}", "[0].address: must be HOST:PORT"),
            arguments(
                    "audit: {forward: [{name: a, type: syslog, address: \":514\"}]}",
                    "[0].address: must be HOST:PORT such as siem.example.com:6514"),
            arguments(
                    "audit: {forward: [{name: a, type: syslog, address: \"siem:514\"}]}",
                    "[0].tls: must be set, or everybody on the way reads the log"),
            arguments(
                    "audit: {forward: [{name: a, type: syslog, address: \"siem:514\", tls: {cert_file: /c}}]}",
                    "[0].tls.key_file: must be set too"),
            arguments(
                    "audit: {forward: [{name: a, type: webhook, url: \"http://siem/\"}]}",
                    "[0].url: must be an https URL, or an http URL of this machine"),
            arguments(
                    "audit: {forward: [{name: a, type: otlp, url: \"https://me:key@siem/\"}]}",
                    "[0].url: must not have a user or password in it; use authorization_file"),
            arguments(
                    "audit: {forward: [{name: a, type: webhook, url: \"https://siem/\", secret_file: key}]}",
                    "[0].secret_file: must be an absolute path"),
            arguments(
                    "audit: {enabled: false, forward: [{name: a, type: stdout}]}",
                    "audit.forward: has nothing to send while audit.enabled is false"),
            arguments("- a", "must be a mapping with the sections server, storage"),
            arguments("server:\n  - \"", ":2:"),
            arguments("logging: {level: info}\n---\na: b", "a second document begins here"));

    @TempDir
    Path home;

    @Test
    void flagsGoBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        Configurations configurations = new Configurations(home);
        Path file = configurations.file("c.yaml", "logging:\n  level: debug\n  format: json\n");
        ConfigLoader loader =
                configurations.with("AGENTFENSE_LOGGING_LEVEL", "error").loader(false);
        LoadedConfig two = loader.load(Map.of(), Optional.of(file));
        assertThat(two.config().logging()).isEqualTo(new LoggingConfig(LogLevel.ERROR, LogFormat.JSON));
        assertThat(two.find("logging.level").origin()).hasToString("environment AGENTFENSE_LOGGING_LEVEL");
        assertThat(two.find("logging.format").origin()).hasToString(file + ":3:3");
        LoadedConfig three = loader.load(Map.of("logging.level", "fatal", "runtime.type", "docker"), Optional.of(file));
        assertThat(three.find("logging.level").origin()).hasToString("flag --set logging.level");
        assertThat(three.find("runtime.type").origin()).hasToString("flag --runtime");
        assertThat(three.config().logging().level()).isEqualTo(LogLevel.FATAL);
    }

    @Test
    void theFirstFileThatIsThereIsRead() throws Exception {
        Configurations configurations = new Configurations(home);
        configurations.file("etc/agentfense/config.yaml", "sandbox: {max_per_user: 1}");
        assertThat(perUser(configurations)).isEqualTo(1);
        configurations.file(".config/agentfense/config.yaml", "sandbox: {max_per_user: 2}");
        assertThat(perUser(configurations)).isEqualTo(2);
        configurations.file("xdg/agentfense/config.yaml", "sandbox: {max_per_user: 3}");
        configurations =
                configurations.with("XDG_CONFIG_HOME", home.resolve("xdg").toString());
        assertThat(perUser(configurations)).isEqualTo(3);
        Path named = configurations.file("named.yaml", "sandbox: {max_per_user: 4}");
        configurations = configurations.with("AGENTFENSE_CONFIG", named.toString());
        assertThat(perUser(configurations)).isEqualTo(4);
        Path flag = configurations.file("flag.yaml", "sandbox: {max_per_user: 5}");
        LoadedConfig loaded = configurations.loader(false).load(Map.of(), Optional.of(flag));
        assertThat(loaded.config().sandbox().maxPerUser()).isEqualTo(5);
        assertThat(loaded.file()).contains(flag);
    }

    private static int perUser(Configurations configurations) throws ConfigException {
        return configurations.load().config().sandbox().maxPerUser();
    }

    @Test
    void aNamedFileThatIsNotThereIsAnError() {
        Configurations configurations = new Configurations(home);
        Path missing = home.resolve("missing.yaml");
        assertThatThrownBy(() -> configurations.loader(false).load(Map.of(), Optional.of(missing)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(missing + ": there is no such file");
        assertThatThrownBy(() -> configurations
                        .with("AGENTFENSE_CONFIG", missing.toString())
                        .load())
                .hasMessage(missing + ": there is no such file");
    }

    @ParameterizedTest
    @FieldSource("BROKEN")
    void whatIsWrongIsToldWithItsPlaceAndWhatIsAllowed(String yaml, String message) {
        assertThatThrownBy(() -> new Configurations(home).load(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(home.resolve("config.yaml").toString())
                .hasMessageContaining(message);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> new Configurations(home)
                        .with("AGENTFENSE_RUNTIME_TYPE", "podman")
                        .load("logging: {level: loud}\nx: 1\n"))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(3))
                .hasMessageContaining("environment AGENTFENSE_RUNTIME_TYPE: runtime.type must be one of bwrap, docker");
    }

    @Test
    void aFileOfCommentsSetsNothing() throws Exception {
        assertThat(new Configurations(home)
                        .load("# nothing\nserver:\n  # grpc_addr: x\n")
                        .config())
                .isEqualTo(new Configurations(home).load().config());
    }

    @Test
    void nobodyOutsideIsServedWithoutAuthenticationUnlessThatIsSaid() throws Exception {
        Configurations configurations = new Configurations(home);
        String open = "server: {grpc_addr: ':9000'";
        assertThatThrownBy(() -> configurations.load(open + "}"))
                .hasMessageContaining("server.grpc_addr: ':9000' takes connections from other machines")
                .hasMessageContaining("auth.mode: required")
                .hasMessageContaining("server.insecure: true");
        assertThatThrownBy(() -> configurations.load("server: {http_addr: 'example.org:80'}"))
                .hasMessageContaining("server.http_addr");
        assertThatThrownBy(() -> configurations.load("server: {http_addr: '127.0.0.1.example.org:80'}"))
                .hasMessageContaining("server.http_addr");
        LoadedConfig insecure = configurations.load(open + ", insecure: true}");
        assertThat(insecure.config().server().grpcAddress()).isEqualTo(new TcpAddress("", 9000));
        assertThat(insecure.warnings()).singleElement().asString().contains("without TLS");
        assertThat(configurations
                        .load(open + "}\nauth: {mode: required}")
                        .config()
                        .auth()
                        .mode())
                .isEqualTo(AuthMode.REQUIRED);
        assertThat(configurations
                        .load("server: {grpc_addr: '[::1]:1', http_addr: ''}")
                        .config()
                        .server())
                .isEqualTo(new ListenConfig(new TcpAddress("::1", 1), Optional.empty(), false, Optional.empty()));
    }

    @Test
    void aSocketOfTheFileSystemNeedsAnAbsolutePathThatTheKernelTakes() throws Exception {
        Configurations configurations = new Configurations(home);
        assertThat(configurations
                        .load("server: {grpc_addr: 'unix:/run/a b.sock'}")
                        .config()
                        .server()
                        .grpcAddress())
                .isEqualTo(new UnixAddress(Path.of("/run/a b.sock")));
        assertThatThrownBy(() -> configurations.load("server: {grpc_addr: 'unix:a.sock'}"))
                .hasMessageContaining("server.grpc_addr needs an absolute path");
        assertThatThrownBy(() -> configurations.load("server: {grpc_addr: 'unix:/" + "a".repeat(107) + "'}"))
                .hasMessageContaining("107 bytes");
        assertThatThrownBy(() -> configurations.load("server: {grpc_addr: 'run'}"))
                .hasMessageContaining("or unix:/run/agentfense.sock for a socket");
    }

    @Test
    void aMisspeltVariableIsPointedOut() throws Exception {
        assertThat(new Configurations(home)
                        .with("AGENTFENSE_SERVER_GRPC_ADR", ":1")
                        .with("AGENTFENSE_SERVER_PORT_9000_TCP", "tcp://1")
                        .load()
                        .warnings())
                .containsExactly("environment AGENTFENSE_SERVER_GRPC_ADR sets nothing; did you mean"
                        + " AGENTFENSE_SERVER_GRPC_ADDR?");
    }

    @Test
    void aReloadNamesWhatNeedsARestart() throws Exception {
        Configurations configurations = new Configurations(home);
        LoadedConfig before = configurations.load();
        LoadedConfig after = configurations.load(
                "logging: {level: debug}\nstorage: {codebase_path: /x}\nserver: {grpc_addr: 'localhost:1'}");
        assertThat(before.needRestart(after)).containsExactly("server.grpc_addr", "storage.codebase_path");
        assertThat(before.needRestart(before)).isEmpty();
    }
}
