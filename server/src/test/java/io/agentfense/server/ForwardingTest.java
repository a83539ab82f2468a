package io.agentfense.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens in a server gets to a webhook and to rsyslog, whatever happens to these and to the server. */
class ForwardingTest {
    @TempDir
    Path directory;

    private final List<JsonNode> hooked = new CopyOnWriteArrayList<>();
    private int hookPort;
    private int syslogPort;
    private HttpServer hook;
    private Process rsyslog;
    private TestServer server;

    @BeforeEach
    void receive() throws Exception {
        hookPort = freePort();
        syslogPort = freePort();
        Files.setPosixFilePermissions(
                Files.writeString(directory.resolve("key"), "0123456789abcdef"),
                PosixFilePermissions.fromString("rw-------"));
        startHook();
        rsyslog = rsyslog();
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.close();
        }
        hook.stop(0);
        rsyslog.destroyForcibly().waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void startHook() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), hookPort), 0);
        hook.createContext("/audit", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            assertThat(exchange.getRequestHeaders()).containsKeys("X-agentfense-signature", "X-agentfense-delivery");
            for (String line : body.split("\n")) {
                hooked.add(TestServer.JSON.readTree(line));
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
    }

    private Process rsyslog() throws IOException {
        Path config = Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="300k")
                module(load="imtcp")
                template(name="raw" type="string" string="%%msg%%\\n")
                input(type="imtcp" address="127.0.0.1" port="%2$d")
                *.* action(type="omfile" file="%1$s/syslog" template="raw")
                """.formatted(directory, syslogPort));
        Process process = new ProcessBuilder(
                        "/usr/sbin/rsyslogd",
                        "-n",
                        "-f",
                        config.toString(),
                        "-i",
                        directory.resolve("rsyslog.pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("rsyslog.log").toFile())
                .start();
        await().until(() -> {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), syslogPort)) {
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return process;
    }

    private void start() throws Exception {
        server = TestServer.start(directory, Map.of("audit.forward", """
                [{"name": "hook", "type": "webhook", "url": "http://127.0.0.1:%d/audit", "secret_file": "%s/key"},
                 {"name": "siem", "type": "syslog", "address": "127.0.0.1:%d"}]
                """.formatted(hookPort, directory, syslogPort)
                .strip()));
    }

    private String sandbox() throws Exception {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of(".env", "SECRET=xyzzy\n")))
                        .addPermissions(TestServer.rule("**", Permission.PERMISSION_READ, 0))
                        .addPermissions(TestServer.rule("**/.env*", Permission.PERMISSION_NONE, 10))
                        .build())
                .getId();
    }

    private List<JsonNode> logged() throws IOException {
        Path out = directory.resolve("syslog");
        if (!Files.exists(out)) {
            return List.of();
        }
        List<JsonNode> records = new CopyOnWriteArrayList<>();
        for (String line : Files.readAllLines(out)) {
            records.add(TestServer.JSON.readTree(line.strip()));
        }
        return records;
    }

    private static boolean denied(List<JsonNode> records, String sandbox) {
        return records.stream()
                .anyMatch(record -> record.path("event").asText().equals("permission_denied")
                        && record.path("sandbox_id").asText().equals(sandbox)
                        && record.path("path").asText().equals("/workspace/.env"));
    }

    private static void isWhole(List<JsonNode> records) {
        TreeSet<Long> numbers = new TreeSet<>();
        records.forEach(record -> numbers.add(record.path("sequence").asLong()));
        assertThat(numbers)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, numbers.last()).boxed().toList());
    }

    @Test
    void aDenialInASandboxGetsToBothReceivers() throws Exception {
        start();
        String id = sandbox();
        server.exec(id, "cat .env; true");
        await().until(() -> denied(hooked, id) && denied(logged(), id));
        await().untilAsserted(() -> assertThat(server.get("/metrics").body())
                .contains("agentfense_audit_forward_up{receiver=\"hook\"} 1.0")
                .contains("agentfense_audit_forward_up{receiver=\"siem\"} 1.0")
                .contains("agentfense_audit_forward_lag_records{receiver=\"siem\"} 0.0"));
        assertThat(Verifier.verify(directory.resolve("audit")).findings()).isEmpty();
    }

    @Test
    void receiversThatAreDownHoldNobodyUpAndGetAllOnceTheyAreBack() throws Exception {
        start();
        String id = sandbox();
        hook.stop(0);
        rsyslog.destroyForcibly().waitFor();
        server.exec(id, "cat .env; true");
        await().untilAsserted(() -> assertThat(server.get("/metrics").body())
                .contains("agentfense_audit_forward_up{receiver=\"hook\"} 0.0")
                .contains("agentfense_audit_forward_up{receiver=\"siem\"} 0.0"));
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        startHook();
        rsyslog = rsyslog();
        await().until(() -> denied(hooked, id) && denied(logged(), id));
        isWhole(hooked);
        isWhole(logged());
    }

    @Test
    void aRestartGoesOnWhereTheServerStopped() throws Exception {
        start();
        String id = sandbox();
        server.close();
        // What its end wrote was sent before it ended, but for its last record.
        assertThat(hooked.stream()
                        .anyMatch(record -> record.path("event").asText().equals("sandbox_stopped")
                                && record.path("sandbox_id").asText().equals(id)))
                .isTrue();
        int before = hooked.size();
        start();
        await().until(() -> hooked.stream()
                        .filter(record -> record.path("event").asText().equals("audit_started"))
                        .count()
                == 2);
        assertThat(hooked.get(before).path("event").asText()).isEqualTo("audit_stopped");
        isWhole(hooked);
        await().until(() -> logged().size() >= hooked.size());
        isWhole(logged());
    }

    @Test
    void aKeyThatEverybodyMayReadKeepsTheServerFromStarting() throws Exception {
        Files.setPosixFilePermissions(directory.resolve("key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::start).hasMessageContaining("key: everybody may read it; chmod 600 it");
    }
}
