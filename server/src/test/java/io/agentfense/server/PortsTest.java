package io.agentfense.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CreateSandboxRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listens in a sandbox is reached through the server, and gets hold of neither the caller's key nor the browser. */
class PortsTest {
    /** Answers with the head of the request and its body, and with headers that only a server may set. */
    private static final String HOSTILE = """
            import http.server
            class Hostile(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    if self.path == '/garbage':
                        self.wfile.write(b'this is no HTTP\\r\\n\\r\\n')
                        return
                    if self.path == '/half':
                        self.wfile.write(b'HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\nhalf')
                        self.close_connection = True
                        return
                    length = int(self.headers.get('content-length') or 0)
                    body = self.rfile.read(length)
                    text = (self.requestline + '\\n' + str(self.headers)).encode() + body
                    self.send_response(302 if self.path == '/moved' else 200)
                    self.send_header('Content-Length', str(len(text)))
                    self.send_header('Set-Cookie', 'session=stolen')
                    self.send_header('Strict-Transport-Security', 'max-age=99999')
                    self.send_header('NEL', '{"report_to": "spy", "max_age": 99999}')
                    self.send_header('Report-To', '{"group": "spy", "max_age": 99999}')
                    self.send_header('Accept-CH', 'Sec-CH-UA-Model')
                    self.send_header('X-Own', 'kept')
                    self.send_header('Location', '/elsewhere?a=b')
                    self.send_header('Connection', 'X-Hop')
                    self.send_header('X-Hop', 'dropped')
                    self.send_header('Connection', 'X-Other-Hop')
                    self.send_header('X-Other-Hop', 'dropped')
                    self.end_headers()
                    if self.command != 'HEAD':
                        self.wfile.write(text)
                do_POST = do_HEAD = do_DELETE = do_PATCH = do_GET
                def log_message(self, *a): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', 8000), Hostile).serve_forever()
            """;

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("hostile.py", HOSTILE)))
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
        inBackground("python3 hostile.py");
        inBackground("busybox nc -ll -p 7000 -e cat");
        inBackground("busybox nc -ll -p 7001 -e sh -c 'echo hello; cat > said'");
        await().untilAsserted(() -> assertThat(
                        server.exec(sandbox, "cat /proc/net/tcp /proc/net/tcp6 | grep -cE ':(1F40|1B58|1B59) '")
                                .getStdout())
                .isEqualTo("3\n"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void inBackground(String command) throws Exception {
        HttpResponse<String> begun =
                server.post("/v1/sandboxes/" + sandbox + "/processes", "{\"command\": \"" + command + "\"}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    }

    private static String path(String rest) {
        return "/v1/sandboxes/" + sandbox + "/ports/" + rest;
    }

    private static HttpResponse<String> send(String method, String rest, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path(rest)))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.send(request.build());
    }

    @Test
    void aRequestArrivesAndItsAnswerComesBack() throws Exception {
        HttpResponse<String> got = send("GET", "8000/a%20b/c?q=1&r=%2F", "");
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body())
                .startsWith("GET /a%20b/c?q=1&r=%2F HTTP/1.1\n")
                .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(got.headers().firstValue("x-own")).contains("kept");
        assertThat(send("GET", "8000/", "").body()).startsWith("GET / HTTP/1.1\n");
        assertThat(send("GET", "8000?a=b", "").headers().firstValue("location")).contains(path("8000/?a=b"));
        assertThat(send("POST", "8000/form", "what was said").body())
                .startsWith("POST /form ")
                .endsWith("what was said");
        assertThat(send("DELETE", "8000/x", "").body()).startsWith("DELETE /x ");
        HttpResponse<String> head = send("HEAD", "8000/x", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void muchGoesThroughInBothDirections() throws Exception {
        String much = "0123456789abcdef".repeat(1 << 18);
        assertThat(send("POST", "8000/", much).body()).endsWith(much);
    }

    @Test
    void theCallersCredentialsStayOutside() throws Exception {
        assertThat(send(
                                "GET",
                                "8000/",
                                "",
                                "authorization",
                                "Bearer secret-key",
                                "cookie",
                                "sso=secret-key",
                                "x-mine",
                                "1")
                        .body())
                .doesNotContain("secret-key")
                .containsIgnoringCase("x-mine: 1")
                .contains("localhost:8000");
    }

    @Test
    void aPageOfTheSandboxGetsNoHoldOfABrowser() throws Exception {
        HttpResponse<String> got = send("GET", "8000/", "");
        assertThat(got.headers().map().keySet())
                .contains("x-own")
                .doesNotContain("set-cookie", "strict-transport-security", "nel", "report-to", "accept-ch")
                .doesNotContain("x-hop", "x-other-hop");
        assertThat(got.headers().allValues("content-security-policy"))
                .containsExactly("sandbox allow-scripts allow-forms allow-modals allow-popups");
    }

    @Test
    void aPlaceOnThePortIsBelowIt() throws Exception {
        HttpResponse<String> moved = send("GET", "8000/moved", "");
        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(moved.headers().firstValue("location")).contains(path("8000/elsewhere?a=b"));
    }

    @Test
    void whatIsNoAnswerIsSaidToBeNone() throws Exception {
        HttpResponse<String> garbage = send("GET", "8000/garbage", "");
        assertThat(garbage.statusCode()).isEqualTo(400);
        assertThat(garbage.body()).contains("does not answer with HTTP");
        assertThatThrownBy(() -> send("GET", "8000/half", "")).isInstanceOf(IOException.class);
    }

    @Test
    void wherePortsDoNotListenThatIsSaid() throws Exception {
        assertThat(send("GET", "9/", "").body()).contains("nothing listens on port 9");
        for (String no : List.of("0", "65536", "http", "-1", "08000")) {
            assertThat(send("GET", no + "/", "").body()).contains("a number from 1 to 65535");
        }
    }

    @Test
    void aWebSocketOfTheProgramsOwnIsRefusedWithTheWayThatThereIs() throws Exception {
        String answer = Raw.request(
                server.address(),
                "GET " + path("8000/")
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSec-WebSocket-Key: a\r\n\r\n");
        assertThat(answer).contains("agentfense sandbox forward");
    }

    @Test
    void aConnectionCarriesAnyProtocol() throws Exception {
        SocketClient echo = SocketClient.open(server, path("7000"), List.of("agentfense.port.v1"));
        echo.type("one\n".getBytes(UTF_8));
        echo.type("two\n".getBytes(UTF_8));
        await().untilAsserted(() -> assertThat(echo.shown()).isEqualTo("one\ntwo\n"));
        echo.say("{\"end\": true}");
        await().untilAsserted(() -> assertThat(echo.texts()).contains("{\"end\": true}"));
    }

    @Test
    void aConnectionToNothingSaysSo() throws Exception {
        SocketClient none = SocketClient.open(server, path("9"), List.of("agentfense.port.v1"));
        await().untilAsserted(() ->
                assertThat(none.texts()).singleElement().asString().contains("nothing listens on port 9"));
    }

    @Test
    void connectionsAreBounded() throws Exception {
        List<SocketClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                SocketClient one = SocketClient.open(server, path("7001"), List.of("agentfense.port.v1"));
                open.add(one);
                await().untilAsserted(() -> assertThat(one.shown()).isEqualTo("hello\n"));
            }
            assertThat(send("GET", "8000/", "").statusCode()).isEqualTo(429);
        } finally {
            open.forEach(one -> one.socket().abort());
        }
        await().untilAsserted(
                        () -> assertThat(send("GET", "8000/", "").statusCode()).isEqualTo(200));
    }
}
