package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.ours.v1.AlertServiceGrpc;
import io.agentfense.api.ours.v1.AuditEntry;
import io.agentfense.api.ours.v1.AuditServiceGrpc;
import io.agentfense.api.ours.v1.ListAlertsRequest;
import io.agentfense.api.ours.v1.ReadAuditRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.Permission;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts over what sandboxes do, what they do themselves, and the audit log as auditors read it. */
class AlertTest {
    @TempDir
    Path directory;

    private TestServer server;

    private String sandbox(Map<String, String> keys) throws Exception {
        server = TestServer.start(directory, keys);
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of(".env", "SECRET=xyzzy\n", "main.py", "print()\n")))
                        .addPermissions(TestServer.rule("**", Permission.PERMISSION_READ, 0))
                        .addPermissions(TestServer.rule("**/.env*", Permission.PERMISSION_NONE, 10))
                        .build())
                .getId();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<JsonNode> alerts() throws Exception {
        return TestServer.json(server.get("/v1/alerts"))
                .path("alerts")
                .valueStream()
                .toList();
    }

    private List<JsonNode> audit(String query) throws Exception {
        String lines = server.get("/v1/audit?" + query).body();
        return lines.isEmpty()
                ? List.of()
                : Stream.of(lines.split("\n")).map(AlertTest::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return TestServer.JSON.readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    void whoProbesForSecretsRaisesTheAlertOfTheRequirements() throws Exception {
        String id = sandbox(Map.of());
        server.exec(id, "for i in 1 2 3 4 5 6 7 8 9 10; do cat .env; done; true");
        assertThat(alerts()).isEmpty();
        server.exec(id, "cat .env; true");
        await().untilAsserted(() -> assertThat(alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.path("rule").asText()).isEqualTo("permission_denials");
            assertThat(alert.path("severity").asText()).isEqualTo("medium");
            assertThat(alert.path("group").path("sandbox_id").asText()).isEqualTo(id);
        }));
        await().untilAsserted(() ->
                assertThat(audit("event=alert_raised&sandbox_id=" + id)).hasSize(1));
    }

    @Test
    void anAlertEndsTheSandboxAndBlocksItsUserIfARuleSaysSo() throws Exception {
        String id = sandbox(Map.of("alerts", """
                {"rules": [{"name": "honeypot", "severity": "critical", "kind": "any", "events": ["permission_denied"],
                  "where": {"path": {"glob": "/workspace/.env*"}}, "group_by": ["sandbox_id", "user_id"],
                  "actions": ["snapshot", "destroy", "block_user"]}]}"""));
        server.exec(id, "cat .env; true");
        await().untilAsserted(() ->
                assertThat(server.get("/v1/sandboxes/" + id).statusCode()).isEqualTo(404));
        await().untilAsserted(() -> assertThat(audit("event=alert_action").stream()
                        .map(event -> event.path("action").asText() + " "
                                + event.path("outcome").asText()))
                .containsExactly("snapshot done", "destroy done", "block_user done"));
        assertThat(audit("event=user_blocked")).hasSize(1);
    }

    @Test
    void anAlertFreezesTheSandboxWhichCanBeDestroyedThen() throws Exception {
        String id = sandbox(Map.of("alerts", """
                {"rules": [{"name": "honeypot", "severity": "critical", "kind": "any", "events": ["permission_denied"],
                  "group_by": "sandbox_id", "actions": ["freeze"]}]}"""));
        server.post(
                "/v1/sandboxes/" + id + "/processes",
                "{\"command\": \"cat .env; while true; do cat main.py > /dev/null; done\"}");
        await().untilAsserted(() -> assertThat(audit("event=alert_action").stream()
                        .map(event -> event.path("action").asText() + " "
                                + event.path("outcome").asText()))
                .containsExactly("freeze done"));
        assertThat(audit("event=sandbox_frozen")).hasSize(1);
        assertThat(server.delete("/v1/sandboxes/" + id).statusCode()).isEqualTo(200);
    }

    @Test
    void anAlertIsolatesTheSandboxAndKeepsWhatItWrote() throws Exception {
        String id = sandbox(Map.of("alerts", """
                {"rules": [{"name": "honeypot", "severity": "critical", "kind": "any", "events": ["permission_denied"],
                  "group_by": "sandbox_id", "actions": ["isolate", "snapshot"]}]}"""));
        server.exec(id, "cat .env; true");
        await().untilAsserted(() -> assertThat(audit("event=alert_action").stream()
                        .map(event -> event.path("action").asText() + " "
                                + event.path("outcome").asText()))
                .containsExactly("isolate done", "snapshot done"));
        assertThat(audit("event=sandbox_isolated").getFirst().path("by").asText())
                .isEqualTo("alert");
        assertThat(server.post("/v1/sandboxes/" + id + "/exec", "{\"command\": \"true\"}")
                        .body())
                .contains("is isolated");
    }

    @Test
    void aServerEndsWithASandboxThatIsFrozen() throws Exception {
        String id = sandbox(Map.of("alerts", """
                {"rules": [{"name": "honeypot", "severity": "critical", "kind": "any", "events": ["permission_denied"],
                  "group_by": "sandbox_id", "actions": ["freeze"]}]}"""));
        server.post(
                "/v1/sandboxes/" + id + "/processes", "{\"command\": \"cat .env; while true; do cat main.py; done\"}");
        await().untilAsserted(() -> assertThat(audit("event=sandbox_frozen")).hasSize(1));
        server.close();
        server = TestServer.start(directory, Map.of());
        assertThat(TestServer.json(server.get("/v1/sandboxes/" + id))
                        .path("status")
                        .asText())
                .isEqualTo("SANDBOX_STATUS_STOPPED");
    }

    @Test
    void aRestartForgetsNoOpenAlert() throws Exception {
        String id = sandbox(Map.of());
        server.exec(id, "for i in 1 2 3 4 5 6 7 8 9 10 11; do cat .env; done; true");
        await().untilAsserted(() -> assertThat(alerts()).hasSize(1));
        server.close();
        server = TestServer.start(directory, Map.of());
        assertThat(alerts()).hasSize(1);
    }

    @Test
    void theLogIsReadByWhoMayAndAsItStands() throws Exception {
        String id = sandbox(Map.of());
        server.exec(id, "cat main.py; cat .env; true");
        assertThat(audit("sandbox_id=" + id + "&event=sandbox_created,command_executed"))
                .extracting(event -> event.path("event").asText())
                .containsExactly("sandbox_created", "command_executed");
        assertThat(audit("newest_first=true&limit=1&event=sandbox_created")
                        .getFirst()
                        .path("hash")
                        .asText())
                .hasSize(64);
        assertThat(server.get("/v1/audit?from=yesterday").body()).contains("2026-02-03T10:15:30Z");
        HttpResponse<Stream<String>> following = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://" + server.address() + "/v1/audit?follow=true&event=command_executed"))
                                .build(),
                        BodyHandlers.ofLines());
        try (Stream<String> lines = following.body()) {
            server.exec(id, "echo followed");
            assertThat(lines.anyMatch(line -> line.contains("echo followed"))).isTrue();
        }
    }

    @Test
    void theLogAndTheAlertsAreReadByGrpcToo() throws Exception {
        String id = sandbox(Map.of());
        server.exec(id, "for i in 1 2 3 4 5 6 7 8 9 10 11; do cat .env; done");
        var log = server.client(AuditServiceGrpc.AuditServiceBlockingStub.class);
        ReadAuditRequest request = ReadAuditRequest.newBuilder()
                .setSandboxId(id)
                .addEvents("command_executed")
                .build();
        String record = log.readAudit(request).next().getRecord();
        assertThat(server.get("/v1/audit?event=command_executed&sandbox_id=" + id)
                        .body())
                .isEqualTo(record + "\n");

        Iterator<AuditEntry> following =
                log.readAudit(request.toBuilder().setFollow(true).build());
        assertThat(following.next().getRecord()).isEqualTo(record);
        server.exec(id, "echo followed");
        assertThat(following.next().getRecord()).contains("echo followed");

        var alerts = server.client(AlertServiceGrpc.AlertServiceBlockingStub.class);
        await().untilAsserted(() -> assertThat(alerts.listAlerts(ListAlertsRequest.getDefaultInstance())
                        .getAlertsList())
                .anySatisfy(alert -> {
                    assertThat(alert.getRule()).isEqualTo("permission_denials");
                    assertThat(alert.getGroupMap()).containsEntry("sandbox_id", id);
                    assertThat(alert.getCount()).isEqualTo(11);
                }));
    }

    @Test
    void whatSinksWereToldAndWhatTheyMissedIsCountedBySink() throws Exception {
        String id = sandbox(Map.of("alerts", """
                {"defaults": false,
                 "rules": [{"name": "any", "severity": "low", "kind": "any", "events": ["command_executed"]}],
                 "sinks": {"well": {"type": "log"}, "broken": {"type": "command", "command": ["/bin/false"]}}}"""));
        assertThat(server.get("/metrics").body())
                .contains("agentfense_alert_sink_told_total{sink=\"well\"} 0.0")
                .contains("agentfense_alert_sink_lost_total{sink=\"broken\"} 0.0");
        server.exec(id, "true");
        await().untilAsserted(() -> assertThat(server.get("/metrics").body())
                .containsPattern("agentfense_alert_sink_told_total\\{sink=\"well\"} [1-9]")
                .containsPattern("agentfense_alert_sink_failed_total\\{sink=\"broken\"} [1-9]")
                .containsPattern("agentfense_alert_sink_lost_total\\{sink=\"broken\"} [1-9]")
                .contains("agentfense_alert_sink_told_total{sink=\"broken\"} 0.0")
                .contains("agentfense_alert_sink_lost_total{sink=\"well\"} 0.0"));
    }
}
