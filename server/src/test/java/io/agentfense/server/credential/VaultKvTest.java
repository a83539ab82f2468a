package io.agentfense.server.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import io.agentfense.server.config.VaultConfig;
import io.agentfense.server.config.VaultConfig.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a Vault may answer, by a server that speaks its API as documented and no more; python/tests/test_vault.py has the same
 * with an OpenBao.
 */
class VaultKvTest {
    private static final String TOKEN = "hvs.t0ken0fThisServer";
    private static final String VALUE = "ghp_s3cr3tInTheVault";
    private static final String V2 =
            "{\"data\":{\"data\":{\"token\":\"" + VALUE + "\",\"n\":1},\"metadata\":{\"version\":3}}}";
    private static final String V1 = "{\"data\":{\"token\":\"" + VALUE + "\"},\"lease_duration\":2764800}";

    @TempDir
    Path directory;

    private static final Map<String, HttpResponse> ANSWERS = new ConcurrentHashMap<>();
    private static final List<AggregatedHttpRequest> REQUESTS = new CopyOnWriteArrayList<>();
    private static Server server;

    @BeforeAll
    static void start() {
        server = Server.builder()
                .gracefulShutdownTimeoutMillis(0, 0)
                .http(0)
                .serviceUnder(
                        "/",
                        (context, request) ->
                                HttpResponse.of(request.aggregate().thenApply(whole -> {
                                    REQUESTS.add(whole);
                                    HttpResponse answer = ANSWERS.remove(whole.method() + " " + whole.path());
                                    return answer == null ? json(404, "{\"errors\":[]}") : answer;
                                })))
                .build();
        server.start().join();
    }

    @AfterAll
    static void stop() {
        server.stop().join();
    }

    @BeforeEach
    void forget() {
        ANSWERS.clear();
        REQUESTS.clear();
    }

    private static HttpResponse json(int status, String body) {
        return HttpResponse.of(HttpStatus.valueOf(status), MediaType.JSON, body);
    }

    private VaultKv vault(String namespace, int version, Login login, Duration timeout) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + server.activeLocalPort());
        return VaultKv.of(
                new VaultConfig(address, namespace, "kv/team", version, login, Optional.empty(), timeout),
                Map.of("TOKEN", TOKEN, "BAD", "two\nlines"));
    }

    private VaultKv vault() throws IOException {
        return vault("", 2, new Login.TokenVariable("TOKEN"), Duration.ofSeconds(20));
    }

    private Path file(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aFieldOfVersionTwoOfTheEngineIsRead() throws Exception {
        ANSWERS.put("GET /v1/kv/team/data/ci/github", json(200, V2));
        try (VaultKv vault = vault("eu/ops", 2, new Login.TokenVariable("TOKEN"), Duration.ofSeconds(20))) {
            assertThat(vault.value("ci/github#token")).isEqualTo(VALUE);
        }
        assertThat(REQUESTS).singleElement().satisfies(request -> {
            assertThat(request.headers().get("x-vault-token")).isEqualTo(TOKEN);
            assertThat(request.headers().get("x-vault-namespace")).isEqualTo("eu/ops");
            assertThat(request.headers().get("x-vault-request")).isEqualTo("true");
        });
    }

    @Test
    void aFieldOfVersionOneIsReadToo() throws Exception {
        ANSWERS.put("GET /v1/kv/team/ci/github", json(200, V1));
        try (VaultKv vault = vault("", 1, new Login.TokenVariable("TOKEN"), Duration.ofSeconds(20))) {
            assertThat(vault.value("ci/github#token")).isEqualTo(VALUE);
        }
        assertThat(REQUESTS.getFirst().headers().contains("x-vault-namespace")).isFalse();
    }

    @Test
    void aTokenInAFileIsReadEachTime() throws Exception {
        Path file = file("first\n");
        try (VaultKv vault = vault("", 2, new Login.TokenFile(file), Duration.ofSeconds(20))) {
            ANSWERS.put("GET /v1/kv/team/data/a", json(200, V2));
            vault.value("a#token");
            Files.writeString(file, "second\n");
            ANSWERS.put("GET /v1/kv/team/data/a", json(200, V2));
            vault.value("a#token");
        }
        assertThat(REQUESTS)
                .extracting(request -> request.headers().get("x-vault-token"))
                .containsExactly("first", "second");
    }

    @Test
    void aTokenThatEverybodyMayReadIsNotUsed() throws Exception {
        Path file = file(TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (VaultKv vault = vault("", 2, new Login.TokenFile(file), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> vault.value("a#token")).hasMessageContaining("chmod 600");
        }
        assertThat(REQUESTS).isEmpty();
    }

    @Test
    void aTokenThatNoHeaderCanHoldIsNotRepeated() throws Exception {
        try (VaultKv vault = vault("", 2, new Login.TokenVariable("BAD"), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> vault.value("a#token"))
                    .hasMessageContaining("the token for Vault")
                    .hasMessageNotContaining("lines");
        }
    }

    @Test
    void aRolesTokenIsForOneReadingAndIsRevoked() throws Exception {
        ANSWERS.put("POST /v1/auth/approle/login", json(200, "{\"auth\":{\"client_token\":\"hvs.ofTheRole\"}}"));
        Login login = new Login.AppRole("role-1", file("secret-id\n"));
        try (VaultKv vault = vault("", 2, login, Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> vault.value("absent#token")).hasMessageContaining("(404)");
        }
        assertThat(REQUESTS)
                .extracting(AggregatedHttpRequest::path)
                .containsExactly("/v1/auth/approle/login", "/v1/kv/team/data/absent", "/v1/auth/token/revoke-self");
        assertThat(REQUESTS.getFirst().contentUtf8()).contains("\"role-1\"", "\"secret-id\"");
        assertThat(REQUESTS.getFirst().headers().contains("x-vault-token")).isFalse();
        assertThat(REQUESTS.subList(1, 3))
                .allSatisfy(request ->
                        assertThat(request.headers().get("x-vault-token")).isEqualTo("hvs.ofTheRole"));
    }

    @Test
    void aRoleThatIsNotKnownIsTold() throws Exception {
        ANSWERS.put("POST /v1/auth/approle/login", json(400, "{\"errors\":[\"invalid role or secret ID\"]}"));
        try (VaultKv vault = vault("", 2, new Login.AppRole("r", file("s3cret-id")), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> vault.value("a#token"))
                    .hasMessageContaining("takes no login")
                    .hasMessageContaining("secret_id_file")
                    .hasMessageNotContaining("s3cret-id");
        }
        assertThat(REQUESTS).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    403 | {"errors":["permission denied"]}     | permission denied
                    404 | {"errors":[]}                        | nothing of that name
                    503 | {"errors":["Vault is sealed"]}       | it is sealed
                    503 | {"errors":["in maintenance"]}        | it is not ready
                    473 | {}                                   | standby
                    500 | {"errors":["hvs.t0ken0fThisServer"]} | it answers 500
                    200 | {"data":{"data":{"other":"x"}}}      | no text by the key 'token'
                    200 | {"data":{"data":{"token":7}}}        | no text by the key 'token'
                    200 | {"data":{"token":"of version 1"}}    | by version 2 of the engine
                    200 | <html>                               | speaks no JSON
                    """)
    void whatIsNoValueIsToldWithWhatToDoAndWithoutTheToken(int status, String body, String told) throws Exception {
        ANSWERS.put("GET /v1/kv/team/data/ci/github", json(status, body));
        try (VaultKv vault = vault()) {
            assertThatThrownBy(() -> vault.value("ci/github#token"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(told)
                    .hasMessageNotContaining(TOKEN)
                    .hasMessageNotContaining("<html>");
        }
    }

    @Test
    void noTokenFollowsARedirect() throws Exception {
        ANSWERS.put("GET /v1/kv/team/data/a", HttpResponse.ofRedirect(HttpStatus.TEMPORARY_REDIRECT, "/v1/elsewhere"));
        try (VaultKv vault = vault()) {
            assertThatThrownBy(() -> vault.value("a#token")).hasMessageContaining("another node");
        }
        assertThat(REQUESTS).hasSize(1);
    }

    @Test
    void aVaultThatDoesNotAnswerHoldsUpNobodyForLong() throws Exception {
        ANSWERS.put("GET /v1/kv/team/data/a", HttpResponse.streaming());
        try (VaultKv vault = vault("", 2, new Login.TokenVariable("TOKEN"), Duration.ofMillis(300))) {
            assertThatThrownBy(() -> vault.value("a#token")).hasMessageContaining("Vault at http://127.0.0.1");
        }
    }
}
