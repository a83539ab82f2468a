package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.v1.ListSandboxesRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies and queries of REST that are no request: each is refused with what is wrong with it, and nothing is guessed. */
class BadBodyTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("a", "1"));
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Status refusal(HttpResponse<String> response) throws Exception {
        return Face.refusal(response).getStatus();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                             | the body is not JSON",
                "{codebase_id: x}                                              | the body is not JSON",
                "{} {}                                                         | the body is not JSON: something follows",
                "{}]                                                           | the body is not JSON",
                "{\"owner_id\": \"a\", \"owner_id\": \"b\"}                     | the body is not JSON: Duplicate field",
                "{\"codebase_id\": \"a\"} // and more                           | the body is not JSON",
                "{\"codebase_id\": {}}                                         | the body does not fit",
                "{\"permissions\": {}}                                         | the body does not fit",
                "{\"permissions\": [{\"priority\": \"high\"}]}                 | the body does not fit",
                "{\"permissions\": [{\"priority\": 3000000000}]}               | the body does not fit",
                "{\"expires_in\": 30}                                          | the body does not fit",
                "{\"expires_in\": \"soon\"}                                    | the body does not fit",
                "{\"resources\": {\"memory_bytes\": 1.5}}                      | the body does not fit",
                "{\"runtime\": \"podman\"}                                     | runtime: unknown value \"podman\"",
                "{\"runtime\": \"docker\"}                                     | runtime: unknown value \"docker\"",
                "{\"runtime\": true}                                           | runtime: unknown value true",
                "{\"runtime\": 99999999999}                                    | runtime: unknown value 99999999999",
                "{\"conflicts\": \"FAIL\"}                                     | conflicts: unknown value \"FAIL\"",
                "{\"commit\": \"manual\"}                                      | commit: unknown value \"manual\"",
                "{\"permissions\": [{}, {\"permission\": \"write\"}]}          | permissions[1].permission: unknown",
                "{\"permissions\": [{\"pattern\": \"a\", \"type\": \"regex\"}]} | permissions[0].type: unknown value",
            })
    void aBodyThatIsNoRequestIsRefused(String body, String message) throws Exception {
        Status status = refusal(server.post("/v1/sandboxes", body));
        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).startsWith(message);
        assertThat(server.sandboxes()
                        .listSandboxes(ListSandboxesRequest.getDefaultInstance())
                        .getSandboxesCount())
                .isEqualTo(1);
    }

    @Test
    void namesAndNumbersOfEnumsAreBothTaken() throws Exception {
        for (String level : List.of("4", "\"4\"", "\"PERMISSION_WRITE\"")) {
            HttpResponse<String> made = server.post(
                    "/v1/sandboxes",
                    "{\"codebaseId\": \"" + codebase + "\", \"runtime\": null, \"later\": {\"a\": []},"
                            + " \"permissions\": [{\"pattern\": \"/a\", \"permission\": " + level + "}]}");
            assertThat(TestServer.json(made).at("/permissions/0/permission").asText())
                    .as(made.body())
                    .isEqualTo("PERMISSION_WRITE");
            server.delete("/v1/sandboxes/" + TestServer.json(made).get("id").asText());
        }
    }

    @Test
    void anAddressThatLeadsElsewhereIsRefusedBeforeAnythingElse() throws Exception {
        String files = "/v1/codebases/" + codebase + "/files";
        for (String address : List.of(
                files + "?path=..",
                files + "?path=d%2f..%2f..%2fx",
                files + "?path=a%00b",
                files + "/..%2f..%2fx",
                files + "/a%00b",
                files + "/%2e%2e/%2e%2e/%2e%2e/x",
                "/v1/sandboxes/..%2f" + sandbox)) {
            Status status = refusal(server.get(address));
            assertThat(status.getCode()).as(address).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).as(address).startsWith("the URL ");
        }
    }

    @Test
    void aStreamsBodyThatIsNoRequestIsRefused() throws Exception {
        for (String body : List.of("{", "[]", "nonsense", "{\"command\": []}")) {
            Status status = refusal(server.post("/v1/sandboxes/" + sandbox + "/exec/stream", body));
            assertThat(status.getCode()).as(body).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).as(body).startsWith("the body ");
        }
    }

    @Test
    void aQueryThatCannotBeMeantIsRefused() throws Exception {
        for (String query : List.of("page_size=many", "status=RUNNING", "page_size=-1", "page_size=99999999999")) {
            Status status = refusal(server.get("/v1/sandboxes?" + query));
            assertThat(status.getCode()).as(query).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).as(query).isNotBlank();
        }
        String files = "/v1/codebases/" + codebase + "/files/a";
        for (String query : List.of("offset=-1", "offset=x", "offset=2", "offset=99999999999999999999")) {
            Status status = refusal(server.get(files + "?" + query));
            assertThat(status.getCode()).as(query).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).as(query).startsWith("offset");
        }
        String inside = "/v1/sandboxes/" + sandbox + "/fs/content?path=a&";
        for (String query : List.of("mode=9", "mode=1000", "mode=40000000000", "mode=-1")) {
            for (String path : List.of(files + "?", inside)) {
                Status status = refusal(server.put(path + query, "2"));
                assertThat(status.getCode()).as(query).isEqualTo(Code.INVALID_ARGUMENT);
                assertThat(status.getDescription()).as(query).startsWith("mode: ");
            }
        }
        assertThat(server.get(files).body()).isEqualTo("1");
    }
}
