package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.CreateSandboxRequest;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A terminal as a WebSocket. */
class TerminalSocketTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of());
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String path(String command, String more) {
        return "/v1/sandboxes/" + sandbox + "/terminal?command=" + URLEncoder.encode(command, StandardCharsets.UTF_8)
                + more;
    }

    private static SocketClient open(String command, String more) {
        return SocketClient.open(server, path(command, more));
    }

    private static SocketClient open(String command) {
        return open(command, "");
    }

    private static boolean runs(String commandLine) {
        String hidden = "[" + commandLine.charAt(0) + "]" + commandLine.substring(1);
        return !server.exec(sandbox, "pgrep -f '" + hidden + "' || echo none")
                .getStdout()
                .equals("none\n");
    }

    @Test
    void bytesPassBothWaysAsTheyAre() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        SocketClient client = open("stty raw -echo; printf ready; head -c 256");
        await().until(() -> client.shown().equals("ready"));
        client.type(all);
        assertThat(client.closed()).isEqualTo(WebSocket.NORMAL_CLOSURE);
        assertThat(Arrays.copyOfRange(client.bytes(), 5, client.size())).isEqualTo(all);
    }

    @Test
    void itHasTheAskedSizeAndTakesAnother() throws Exception {
        SocketClient client = open("tty; stty size; read go; stty size; exit 9", "&rows=30&cols=100");
        await().until(() -> client.shown().contains("30 100"));
        client.say("{\"resize\": {\"rows\": 40, \"columns\": 120}}");
        client.type("\n".getBytes(StandardCharsets.UTF_8));
        JsonNode exit = client.last("exit");
        assertThat(client.shown()).contains("/dev/pts/").contains("40 120");
        assertThat(exit.get("exit_code").asInt()).isEqualTo(9);
        assertThat(exit.get("duration").asText()).endsWith("s");
        assertThat(client.closed()).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void environmentAndDirectoryAreHonoured() {
        SocketClient client = open("echo $A-$B; pwd", "&env=A%3D1%3D2&env=B%3D%C3%A4&workdir=/tmp");
        client.closed();
        assertThat(new String(client.bytes(), StandardCharsets.UTF_8)).isEqualTo("1=2-ä\r\n/tmp\r\n");
    }

    @Test
    void withoutACommandItIsAShell() throws Exception {
        SocketClient client = SocketClient.open(server, "/v1/sandboxes/" + sandbox + "/terminal");
        client.type("echo $((6*7)); exit 4\n".getBytes(StandardCharsets.UTF_8));
        assertThat(client.last("exit").get("exit_code").asInt()).isEqualTo(4);
        assertThat(client.shown()).contains("42");
    }

    @Test
    void aMessageInPiecesIsOneMessage() {
        SocketClient client = open("stty size; read line; echo got $line; read end; stty size", "&rows=30&cols=100");
        await().until(() -> client.shown().contains("30 100"));
        WebSocket socket = client.socket();
        socket.sendBinary(ByteBuffer.wrap("ab".getBytes(StandardCharsets.UTF_8)), false)
                .join();
        socket.sendBinary(ByteBuffer.wrap("cd\n".getBytes(StandardCharsets.UTF_8)), true)
                .join();
        await().until(() -> client.shown().contains("got abcd"));
        socket.sendText("{\"resize\": {\"rows\": 40,", false).join();
        socket.sendText(" \"columns\": 120}}", true).join();
        client.type("\n".getBytes(StandardCharsets.UTF_8));
        client.closed();
        assertThat(client.shown()).contains("40 120");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCommandEndsWithItsClientAndWithAllItStarted(boolean politely) {
        SocketClient client = open("setsid sleep 4242 & echo begun; exec sleep 4343");
        await().until(() -> client.shown().contains("begun"));
        assertThat(runs("sleep 4242")).isTrue();
        if (politely) {
            client.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        } else {
            client.socket().abort();
        }
        await().until(() -> !runs("sleep 4242") && !runs("sleep 4343"));
    }

    @Test
    void theCommandOfAClientThatDoesNotReadEndsWithItToo() {
        SocketClient client = SocketClient.openUnread(server, path("echo begun > begun; exec yes 4444", ""));
        await().until(() -> runs("yes 4444"));
        client.socket().abort();
        await().until(() -> !runs("yes 4444"));
    }

    @Test
    void aClientThatDoesNotReadHoldsTheCommandUpAndLosesNothing() {
        int pieces = 800;
        SocketClient client = SocketClient.openUnread(
                server,
                path(
                        "i=0; while [ $i -lt " + pieces
                                + " ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > /tmp/written; done",
                        ""));
        String[] before = {""};
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            String now = server.exec(sandbox, "sleep 1; cat /tmp/written").getStdout();
            boolean stands = !now.isEmpty() && now.equals(before[0]);
            before[0] = now;
            return stands;
        });
        // What the sockets between hold is far less than this.
        assertThat(Integer.parseInt(before[0].strip())).isLessThan(pieces / 2);
        client.read();
        assertThat(client.closed()).isEqualTo(WebSocket.NORMAL_CLOSURE);
        assertThat(client.size()).isEqualTo(pieces * 65536);
    }

    @Test
    void aTooLongMessageEndsIt() {
        SocketClient client = open("echo begun; exec sleep 4545");
        await().until(() -> client.shown().contains("begun"));
        client.socket().sendBinary(ByteBuffer.allocate((64 << 10) + 1), true);
        assertThat(client.closed()).isEqualTo(1009);
        await().until(() -> !runs("sleep 4545"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | not JSON",
                "{\"resize\": {\"rows\": -1}} | resize: ",
                "{\"resize\": {\"rows\": 70000}} | size",
                "{\"start\": {}} | resize",
                "{} | resize"
            })
    void whatIsNotMeantEndsItAndSaysWhy(String text, String told) throws Exception {
        SocketClient client = open("echo begun; exec sleep 4646");
        await().until(() -> client.shown().contains("begun"));
        client.say(text);
        JsonNode error = client.last("error");
        assertThat(error.get("code").asInt()).isEqualTo(3);
        assertThat(error.get("message").asText()).contains(told);
        assertThat(client.closed()).isEqualTo(1008);
        await().until(() -> !runs("sleep 4646"));
    }

    @ParameterizedTest
    @CsvSource({
        "&rows=x, rows:",
        "&rows=-1, rows:",
        "&rows=1&rows=2, rows:",
        "&cols=65536, cols:",
        "&command=true, command:",
        "&env=A, env:",
        "&env=%3DA, env:",
        "&workdir=/etc, workdir:"
    })
    void aStartThatCannotBeMeantIsRefusedWithTheField(String more, String told) throws Exception {
        SocketClient client = open("touch /tmp/started", more);
        JsonNode error = client.last("error");
        assertThat(error.get("code").asInt()).isEqualTo(3);
        assertThat(error.get("message").asText()).startsWith(told);
        assertThat(server.exec(sandbox, "cat /tmp/started").getExitCode()).isNotZero();
    }

    @Test
    void aSandboxThatIsNotThereOrDoesNotRunIsToldSo() throws Exception {
        JsonNode absent = SocketClient.open(server, "/v1/sandboxes/sb_0000000000000000/terminal")
                .last("error");
        assertThat(absent.get("code").asInt()).isEqualTo(5);
        assertThat(absent.get("message").asText()).isEqualTo("sandbox not found");
        String pending = server.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .build())
                .getId();
        JsonNode stopped = SocketClient.open(server, "/v1/sandboxes/" + pending + "/terminal")
                .last("error");
        assertThat(stopped.get("code").asInt()).isEqualTo(9);
    }

    private static HttpResponse<?> refusal(List<String> protocols, String... headers) {
        try {
            SocketClient.open(server, path("touch /tmp/hijacked", ""), protocols, headers);
            throw new AssertionError("it was not refused");
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse();
        }
    }

    @Test
    void pagesOfOtherOriginsGetNoTerminal() {
        for (String foreign : List.of(
                "http://evil.example", "http://127.0.0.1:1", "http://" + server.address() + ".evil.example", "null")) {
            assertThat(refusal(List.of(SocketClient.PROTOCOL), "origin", foreign)
                            .statusCode())
                    .as(foreign)
                    .isEqualTo(403);
        }
        assertThat(refusal(List.of(SocketClient.PROTOCOL), "sec-fetch-site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.exec(sandbox, "cat /tmp/hijacked").getExitCode()).isNotZero();
        SocketClient own = SocketClient.open(
                server, path("true", ""), List.of(SocketClient.PROTOCOL), "origin", "http://" + server.address());
        assertThat(own.closed()).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void whoeverDoesNotSpeakTheProtocolIsTurnedAway() throws Exception {
        for (List<String> protocols : List.of(List.<String>of(), List.of("chat"), List.of("agentfense.terminal.v2"))) {
            HttpResponse<?> refused = refusal(protocols);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(String.valueOf(refused.body())).contains(SocketClient.PROTOCOL);
        }
        HttpResponse<String> plain = server.send(server.request(path("true", ""))
                .header("sec-websocket-protocol", SocketClient.PROTOCOL)
                .build());
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(plain).get("message").asText()).contains("WebSocket");
    }
}
