package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceStub;
import io.agentfense.api.v1.SessionExecRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Output of commands, as a stream and at once: all of it, of both kinds, with the exit code. */
class StreamTest {
    /** What clients of gRPC take in one message by default. */
    private static final int MESSAGE_BYTES = 4 << 20;

    /** How often the race is run that once lost the end of an output; {@code -Dagentfense.rounds=1000} looks harder. */
    private static final int ROUNDS = Integer.getInteger("agentfense.rounds", 20);

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String sandbox;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        sandbox = server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
        session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(sandbox).build())
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The calls that stream output. */
    enum Call {
        EXEC {
            @Override
            Iterator<ExecOutput> run(String command, Duration timeout) {
                return server.sandboxes()
                        .execStream(ExecRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setCommand(command)
                                .setTimeout(timeout)
                                .build());
            }

            @Override
            String path() {
                return "/v1/sandboxes/" + sandbox;
            }
        },
        SESSION {
            @Override
            Iterator<ExecOutput> run(String command, Duration timeout) {
                return server.sandboxes()
                        .sessionExecStream(SessionExecRequest.newBuilder()
                                .setSessionId(session)
                                .setCommand(command)
                                .setTimeout(timeout)
                                .build());
            }

            @Override
            String path() {
                return "/v1/sessions/" + session;
            }
        };

        abstract Iterator<ExecOutput> run(String command, Duration timeout);

        abstract String path();

        /** All of it. */
        Streamed all(String command) {
            ByteString out = ByteString.empty();
            ByteString err = ByteString.empty();
            ExecResult result = null;
            Iterator<ExecOutput> outputs = run(command, Duration.getDefaultInstance());
            while (outputs.hasNext()) {
                assertThat(result).as("the result is the last message").isNull();
                ExecOutput output = outputs.next();
                switch (output.getType()) {
                    case OUTPUT_TYPE_STDOUT -> out = out.concat(output.getData());
                    case OUTPUT_TYPE_STDERR -> err = err.concat(output.getData());
                    default -> result = output.getResult();
                }
            }
            return new Streamed(out, err, result);
        }
    }

    private record Streamed(ByteString out, ByteString err, ExecResult result) {}

    @ParameterizedTest
    @EnumSource
    void nothingIsLostHoweverOftenACommandEndsRightAfterItsOutput(Call call) {
        for (int i = 0; i < ROUNDS; i++) {
            Streamed streamed = call.all("head -c 60000 /dev/zero; head -c 500 /dev/zero >&2; (exit 3)");
            assertThat(streamed.out().size()).as("round %d", i).isEqualTo(60_000);
            assertThat(streamed.err().size()).as("round %d", i).isEqualTo(500);
            assertThat(streamed.result().getExitCode()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputComesBeforeTheCommandEnds(Call call) {
        Iterator<ExecOutput> outputs = call.run(
                "echo begun; while [ ! -e go-" + call + " ]; do sleep 0.02; done; echo ended",
                Duration.getDefaultInstance());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        server.exec(sandbox, "touch go-" + call);
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("ended\n");
        assertThat(outputs.next().getResult().getExitCode()).isZero();
        assertThat(outputs.hasNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatFailsIsNoFailureOfTheStream(Call call) {
        assertThat(call.all("echo to stderr >&2; (exit 42)").result().getExitCode())
                .isEqualTo(42);
        assertThat(call.all("no-such-command").result().getExitCode()).isEqualTo(127);
        assertThat(call.all("sh -c 'kill -9 $$'").result().getExitCode()).isEqualTo(137);
    }

    @ParameterizedTest
    @EnumSource
    void timeThatIsUpIsADeadlineAfterWhatWasWritten(Call call) {
        Iterator<ExecOutput> outputs = call.run(
                "echo begun; sleep 1000",
                Duration.newBuilder().setNanos(500_000_000).build());
        assertThat(outputs.next().getData().toStringUtf8()).isEqualTo("begun\n");
        assertThatThrownBy(() -> outputs.forEachRemaining(_ -> {}))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(call.all("echo usable").out().toStringUtf8()).isEqualTo("usable\n");
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatAreNoTextArriveAsTheyAre(Call call) {
        Streamed streamed = call.all("printf '\\377\\376\\000x'; printf '\\200' >&2");
        assertThat(streamed.out().toByteArray()).containsExactly(-1, -2, 0, 'x');
        assertThat(streamed.err().toByteArray()).containsExactly(-128);
    }

    @ParameterizedTest
    @EnumSource
    void theSameComesOverRestAsLines(Call call) throws Exception {
        String command = "head -c 200000 /dev/zero; printf '\\377' >&2; (exit 4)";
        String body = TestServer.JSON.createObjectNode().put("command", command).toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> lines =
                server.post(call.path() + "/exec/stream", body).body().lines().toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            JsonNode output = TestServer.JSON.readTree(line);
            boolean isOut = output.get("type").asText().equals(OutputType.OUTPUT_TYPE_STDOUT.name());
            (isOut ? out : err).write(output.get("data").binaryValue());
        }
        assertThat(out.size()).isEqualTo(200_000);
        assertThat(err.toByteArray()).containsExactly(-1);
        JsonNode last = TestServer.JSON.readTree(lines.getLast());
        assertThat(last.at("/result/exitCode").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void whatGoesWrongAfterTheFirstLineIsTheLast(Call call) throws Exception {
        String body = "{\"command\": \"echo begun; sleep 1000\", \"timeout\": \"0.5s\"}";
        HttpResponse<String> response = server.post(call.path() + "/exec/stream", body);
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> lines = response.body().lines().toList();
        assertThat(TestServer.JSON.readTree(lines.getFirst()).get("data").binaryValue())
                .asString()
                .isEqualTo("begun\n");
        assertThat(lines.getLast())
                .isEqualTo("{\"error\":{\"code\":4,\"message\":\"command timed out\",\"details\":[]}}");
    }

    /** With a client as it comes out of the box, which takes no more than it takes. */
    @Test
    void whateverIsPrintedTheAnswerIsOneThatClientsTake() {
        var usual = server.clientWithin(MESSAGE_BYTES);
        for (String generator : List.of(
                "head -c 9000000 /dev/zero | tr '\\0' a",
                // Not UTF-8 at all: the text form of it takes three times the place.
                "head -c 9000000 /dev/zero | tr '\\0' '\\377'",
                // Characters of three bytes, of which the last is cut.
                "yes €€€ | tr -d '\\n' | head -c 9000000")) {
            ExecRequest request = ExecRequest.newBuilder()
                    .setSandboxId(sandbox)
                    .setCommand(generator + "; (" + generator + ") >&2; exit 3")
                    .build();
            ExecResult result = usual.exec(request);
            assertThat(result.getSerializedSize()).as(generator).isBetween(MESSAGE_BYTES / 2, MESSAGE_BYTES);
            assertThat(result.getExitCode()).isEqualTo(3);
            assertThat(result.getStdoutTruncated()).isTrue();
            assertThat(result.getStderrTruncated()).isTrue();
            String session3 = usual.sessionExec(SessionExecRequest.newBuilder()
                            .setSessionId(session)
                            .setCommand(generator)
                            .build())
                    .getStdout();
            assertThat(session3.length()).as(generator).isPositive();
        }
    }

    @Test
    void longOutputThatFitsIsWhole() {
        ExecResult result = server.clientWithin(MESSAGE_BYTES)
                .exec(ExecRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand(
                                "head -c 2000000 /dev/zero | tr '\\0' a; head -c 2000000 /dev/zero | tr '\\0' b >&2")
                        .build());
        assertThat(result.getStdout()).hasSize(2_000_000);
        assertThat(result.getStderr()).hasSize(2_000_000).endsWith("b");
        assertThat(result.getStdoutTruncated()).isFalse();
        assertThat(result.getStderrTruncated()).isFalse();
    }

    @Test
    void textThatIsCutEndsWithAWholeCharacter() {
        ExecResult result = server.exec(sandbox, "printf ab; yes € | tr -d '\\n' | head -c 9000000");
        assertThat(result.getStdoutTruncated()).isTrue();
        assertThat(result.getRawStdout()).isEmpty();
        assertThat(result.getStdout().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(1_000_000);
        assertThat(result.getStdout()).startsWith("ab€").endsWith("€");
    }

    @Test
    void aClientThatGoesAwayEndsItsScriptAndTheSessionGoesOn() {
        String own = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(sandbox).build())
                .getId();
        SessionExecRequest.Builder script = SessionExecRequest.newBuilder().setSessionId(own);
        server.sandboxes().sessionExec(script.setCommand("kept=yes").build());
        Leaving<SessionExecRequest> client = new Leaving<>();
        server.client(SandboxServiceStub.class)
                .sessionExecStream(
                        SessionExecRequest.newBuilder()
                                .setSessionId(own)
                                .setCommand("echo begun; sleep 4343")
                                .build(),
                        client);
        await().until(() -> client.seen.contains("begun\n"));
        client.leave();
        await().until(() -> server.exec(sandbox, "pgrep -f '[s]leep 4343' || echo none")
                .getStdout()
                .equals("none\n"));
        assertThat(server.sandboxes()
                        .sessionExec(script.setCommand("echo $kept").build())
                        .getStdout())
                .isEqualTo("yes\n");
    }
}
