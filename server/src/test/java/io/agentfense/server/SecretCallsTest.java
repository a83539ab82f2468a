package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.ours.v1.SecretServiceGrpc;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are set, listed and removed by calls; no call, record or command tells a value. */
class SecretCallsTest {
    private static final String VALUE = "ghp_0123456789abcdefABCDEF";

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "0f".repeat(32));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        server = TestServer.start(directory, Map.of("secrets.key_file", key.toString()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> set(TestServer to, String name, String body) throws Exception {
        return to.send(to.request("/v1/secrets/" + name)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    private static String command(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.cli.Main",
                "secret"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("AGENTFENSE_ENDPOINT", server.address());
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    @Test
    void aSecretIsSetListedAndRemovedAndItsValueIsNowhere() throws Exception {
        HttpResponse<String> set = set(server, "token", "{\"value\": \"" + VALUE + "\", \"user_id\": \"alice\"}");
        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(set.body()).contains("\"token\"", "\"alice\"").doesNotContain(VALUE);
        assertThat(server.get("/v1/secrets").body()).contains("\"token\"").doesNotContain(VALUE);
        assertThat(server.get("/v1/secrets?user_id=bob").body()).doesNotContain("token");
        assertThat(server.delete("/v1/secrets/token?user_id=alice").statusCode())
                .isEqualTo(200);
        assertThat(server.delete("/v1/secrets/token?user_id=alice").statusCode())
                .isEqualTo(404);
        String audit = server.get("/v1/audit").body();
        assertThat(audit)
                .contains("\"secret_set\"", "\"secret_removed\"", "alice")
                .doesNotContain(VALUE);
    }

    @Test
    void noAnswerHasAFieldForAValue() {
        SecretServiceGrpc.getServiceDescriptor().getMethods().forEach(method -> {
            var answers = (io.grpc.MethodDescriptor.PrototypeMarshaller<?>) method.getResponseMarshaller();
            var message = (com.google.protobuf.Message) answers.getMessagePrototype();
            assertThat(message.getDescriptorForType().findFieldByName("value")).isNull();
        });
        assertThat(io.agentfense.api.ours.v1.SecretInfo.getDescriptor().findFieldByName("value"))
                .isNull();
    }

    @Test
    void withoutAKeySettingOneIsAFailedPrecondition(@TempDir Path empty) throws Exception {
        try (TestServer keyless = TestServer.start(empty, Map.of())) {
            HttpResponse<String> set = set(keyless, "token", "{\"value\": \"" + VALUE + "\", \"user_id\": \"a\"}");
            assertThat(set.statusCode()).isEqualTo(400);
            assertThat(set.body()).contains("\"code\":9", "secrets.key_file").doesNotContain(VALUE);
        }
    }

    @Test
    void aRefusalDoesNotRepeatTheValue() throws Exception {
        String bad = VALUE + "\\u00e9";
        HttpResponse<String> set = set(server, "token", "{\"value\": \"" + bad + "\", \"user_id\": \"a\"}");
        assertThat(set.statusCode()).isEqualTo(400);
        assertThat(set.body()).contains("value must have").doesNotContain(VALUE);
    }

    @Test
    void theCommandTakesAValueFromAPipeOrAFileAndNotFromItsArguments() throws Exception {
        assertThat(command(VALUE + "\n", "set", "piped", "--user", "alice")).isEqualTo("0 piped\n");
        Path file = Files.writeString(directory.resolve("value"), VALUE);
        assertThat(command("", "set", "filed", "--user", "alice", "--file", file.toString()))
                .isEqualTo("0 filed\n");
        assertThat(command("", "set", "argued", VALUE, "--user", "alice")).startsWith("2 ");
        assertThat(command("", "ls")).contains("piped", "filed", "alice").doesNotContain("argued", VALUE);
    }
}
