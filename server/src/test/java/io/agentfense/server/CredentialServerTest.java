package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.Server;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.docker.TestEngine;
import io.agentfense.testing.CertificateAuthority;
import io.agentfense.testing.CertifiedKey;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A network policy gives requests a secret that neither the sandbox nor any record has. */
class CredentialServerTest {
    private static final String SECRET = "ghp_s3cr3tOfTheServerTest0123";
    private static final String OF_FILE = "t0kenOfAFile4567";

    @TempDir
    static Path directory;

    private static Server service;
    private static LoopbackNames names;
    private static TestServer server;
    private static int port;
    private static Level before;
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("certificates"));
        CertifiedKey certified = authority.issue("service", "DNS:service.test");
        service = Server.builder()
                .https(0)
                .tls(TlsKeyPair.of(
                        certified.key().toFile(), certified.certificate().toFile()))
                .serviceUnder("/", (context, request) -> {
                    String sent = request.headers().get("authorization", "")
                            + request.headers().get("x-key", "");
                    boolean known = sent.equals("Bearer " + SECRET + OF_FILE);
                    return HttpResponse.of(
                            known ? HttpStatus.OK : HttpStatus.UNAUTHORIZED, MediaType.PLAIN_TEXT, "got " + sent);
                })
                .build();
        service.start().join();
        port = service.activeLocalPort();
        names = LoopbackNames.open();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LOG.start();
        root.addAppender(LOG);
        server = TestServer.start(
                Files.createDirectory(directory.resolve("server")),
                Map.of(
                        "secrets.key_file",
                        guarded("key", "0f".repeat(32)).toString(),
                        "runtime.docker.host",
                        TestEngine.host(),
                        "network.policies",
                        policies(authority, guarded("token", OF_FILE))));
        before = root.getLevel();
        root.setLevel(Level.DEBUG);
        assertThat(server.send(server.request("/v1/secrets/token")
                                .header("content-type", "application/json")
                                .PUT(BodyPublishers.ofString("{\"value\":\"" + SECRET + "\",\"user_id\":\"user\"}"))
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    private static String policies(CertificateAuthority authority, Path token) {
        return """
                {"with": {"type": "egress", "dns": "%s", "ca_file": "%s",
                  "allow": [{"host": "*.test", "cidr": "127.0.0.1/32", "ports": [%d, 80]}],
                  "credentials": [
                    {"host": "service.test", "ports": [%d], "secret": "token", "placeholder_env": "API_TOKEN"},
                    {"host": "service.test", "ports": [%d], "secret": "file:%s", "header": "X-Key"}]},
                 "missing": {"type": "egress", "allow": [{"host": "service.test", "ports": [443]}],
                  "credentials": [{"host": "service.test", "secret": "absent", "header": "Authorization"}]}}
                """.formatted(names.address(), authority.certificate(), port, port, port, token);
    }

    private static Path guarded(String name, String content) throws Exception {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterAll
    static void stop() {
        server.close();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAppender(LOG);
        root.setLevel(before);
        names.close();
        service.stop().join();
    }

    private static String sandbox(String policy) throws Exception {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("a", "1")))
                        .addPermissions(TestServer.ALL)
                        .putLabels("network_policy", policy)
                        .build())
                .getId();
    }

    @Test
    void aProgramIsServedByWhatItNeverSees() throws Exception {
        String sandbox = sandbox("with");
        String answer = server.exec(
                        sandbox,
                        "curl -sSi -H \"Authorization: Bearer $API_TOKEN\" https://service.test:" + port + "/a; env;"
                                + " cat /proc/*/environ | tr '\\0' '\\n'; echo $API_TOKEN > kept")
                .getStdout();
        assertThat(answer).contains("200 OK", "got Bearer *", "API_TOKEN=AF_SECRET_");
        assertThat(server.exec(sandbox, "curl -sS -H \"X: $API_TOKEN\" http://other.test/")
                        .getStdout())
                .contains("placeholder: API_TOKEN is not for this host");
        String audit = server.get("/v1/audit").body();
        assertThat(audit).contains("network_denied", "placeholder: API_TOKEN", "other.test");
        for (String secret : new String[] {SECRET, OF_FILE}) {
            assertThat(answer + audit).doesNotContain(secret);
            assertThat(LOG.list).noneMatch(event -> event.getFormattedMessage().contains(secret));
            assertThat(found(secret)).isEmpty();
        }
    }

    /** The files of the server, and so the deltas and the audit log, that hold a secret in one of its forms. */
    private static List<String> found(String secret) throws Exception {
        Process process = new ProcessBuilder(
                        "python3",
                        "../sandbox/src/test/python/find_secret.py",
                        HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)),
                        server.directory().toString())
                .redirectErrorStream(true)
                .start();
        List<String> found = process.inputReader().readAllLines();
        assertThat(process.waitFor()).as("%s", found).isZero();
        return found;
    }

    @Test
    void whatADeltaHasOfMemoryAndCoresHoldsNoSecretInAnyForm() throws Exception {
        String sandbox = sandbox("with");
        server.exec(sandbox, "printf %s \"$API_TOKEN\" > placeholder");
        String gather = Files.readString(Path.of("../sandbox/src/test/python/gather.py"));
        String said = server.exec(
                        sandbox,
                        "/usr/bin/python3 - https://service.test:" + port + " gathered << 'end' 2>&1\n" + gather
                                + "end\n")
                .getStdout();
        assertThat(said).contains("200", "got Bearer *", "dumped=False");
        String placeholder = server.exec(sandbox, "cat placeholder").getStdout();
        assertThat(found(placeholder)).anyMatch(file -> file.startsWith("raw") && file.endsWith("/memory"));
        assertThat(found(SECRET)).isEmpty();
        assertThat(found(OF_FILE)).isEmpty();
    }

    private static List<JsonNode> uses(String sandbox, String secret) throws Exception {
        List<JsonNode> uses = new ArrayList<>();
        for (String line : server.get("/v1/audit?event=credential_used&sandbox_id=" + sandbox)
                .body()
                .lines()
                .toList()) {
            JsonNode record = TestServer.JSON.readTree(line);
            if (record.path("secret").asText().equals(secret)) {
                uses.add(record);
            }
        }
        return uses;
    }

    @Test
    void eachUseOfASecretIsRecordedWithoutItsValue() throws Exception {
        String sandbox = sandbox("with");
        server.exec(
                sandbox,
                "for i in 1 2 3; do curl -sS -X POST -H \"Authorization: Bearer $API_TOKEN\""
                        + " \"https://service.test:" + port + "/used?key=$API_TOKEN\"; done");
        assertThat(server.get("/v1/sandboxes/" + sandbox + "/events").body())
                .contains("\"credential_used\"", "\"secret\":\"token\"", "\"urlPath\":\"/used\"");
        server.post("/v1/sandboxes/" + sandbox + "/stop", "{}");
        await().untilAsserted(() -> assertThat(uses(sandbox, "token").stream()
                        .mapToInt(use -> use.path("count").asInt())
                        .sum())
                .isEqualTo(3));
        assertThat(uses(sandbox, "token")).hasSizeLessThan(3).allSatisfy(use -> {
            assertThat(use.path("user_id").asText()).isEqualTo("user");
            assertThat(use.path("host").asText()).isEqualTo("service.test");
            assertThat(use.path("port").asInt()).isEqualTo(port);
            assertThat(use.path("method").asText()).isEqualTo("POST");
            assertThat(use.path("url_path").asText()).isEqualTo("/used");
            assertThat(use.path("status").asInt()).isEqualTo(200);
        });
        assertThat(uses(sandbox, "file:" + directory.resolve("token"))).isNotEmpty();
        assertThat(server.get("/metrics").body()).containsPattern("agentfense_credential_uses_total [1-9]");
        assertThat(found(SECRET)).isEmpty();
    }

    @Test
    void twoSandboxesHaveNoPlaceholderInCommon() throws Exception {
        String one = server.exec(sandbox("with"), "echo $API_TOKEN").getStdout();
        String two = server.exec(sandbox("with"), "echo $API_TOKEN").getStdout();
        assertThat(one).startsWith("AF_SECRET_").isNotEqualTo(two);
    }

    @Test
    void aProgramOfAnImageIsServedToo() throws Exception {
        String sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("a", "1")))
                        .addPermissions(TestServer.ALL)
                        .setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER)
                        .setImage(TestEngine.DEBIAN)
                        .putLabels("network_policy", "with")
                        .build())
                .getId();
        String answer = server.exec(
                        sandbox,
                        "curl -sSi -H \"Authorization: Bearer $API_TOKEN\" https://service.test:" + port
                                + "/container 2>&1;"
                                + " cat /proc/*/environ | tr '\\0' '\\n'; cat /etc/ssl/agentfense.pem > trusted;"
                                + " echo x >> /etc/ssl/agentfense.pem; rm /etc/ssl/agentfense.pem; echo $?")
                .getStdout();
        assertThat(answer)
                .contains("200 OK", "got Bearer *", "API_TOKEN=AF_SECRET_")
                .endsWith("1\n");
        assertThat(server.exec(sandbox, "curl -sS -H \"X: $API_TOKEN\" http://other.test/")
                        .getStdout())
                .contains("placeholder: API_TOKEN is not for this host");
        assertThat(server.exec(
                                sandbox,
                                "sha256sum < trusted; sha256sum < /etc/ssl/agentfense.pem; grep -c BEGIN trusted")
                        .getStdout())
                .matches("([0-9a-f]{64}  -\n)\\1[1-9][0-9]+\n");
        assertThat(uses(sandbox, "token")).isNotEmpty();
        assertThat(answer).doesNotContain(SECRET, OF_FILE, "PRIVATE KEY");
        assertThat(found(SECRET)).isEmpty();
    }

    @Test
    void aSandboxWhoseSecretIsMissingDoesNotStart() {
        assertThatThrownBy(() -> sandbox("missing"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("there is no secret 'absent' of user; agentfense secret set it");
    }
}
