package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.DownloadReportRequest;
import io.agentfense.api.ours.v1.IncidentServiceGrpc.IncidentServiceBlockingStub;
import io.agentfense.api.ours.v1.ReportChunk;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.audit.format.Chain;
import io.agentfense.audit.proof.InclusionProofs;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.store.Checkpoints;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requirements' response to an incident, step for step: isolate, investigate, report, destroy, block. */
class IncidentTest {
    private static final String COUNT = "i=0; while :; do i=$((i+1)); echo $i >> count; done";

    @TempDir
    Path directory;

    private TestServer server;
    private String codebase;
    private String id;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory, keys());
        codebase = server.codebase(Map.of("main.py", "print()\n", ".env", "SECRET=xyzzy\n"));
        id = server.sandbox(request().build()).getId();
    }

    private Map<String, String> keys() {
        return Map.of(
                "sandbox.cleanup_interval",
                "100ms",
                "network.policies",
                "{\"egress\": {\"type\": \"egress\", \"allow\": [{\"host\": \"api.example.com\", \"ports\": [443]}]}}");
    }

    private CreateSandboxRequest.Builder request() {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .addPermissions(TestServer.ALL)
                .setCommit(CommitMode.COMMIT_MODE_ON_STOP);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart() throws Exception {
        server.close();
        server = TestServer.start(directory, keys());
    }

    private JsonNode post(String what, String body) throws Exception {
        HttpResponse<String> response = server.post("/v1/sandboxes/" + id + what, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response);
    }

    private String refused(String what, String body) throws Exception {
        HttpResponse<String> response = server.post("/v1/sandboxes/" + id + what, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        return response.body();
    }

    private JsonNode record() throws Exception {
        return TestServer.json(server.get("/v1/sandboxes/" + id));
    }

    private List<JsonNode> audit(String query) throws Exception {
        return server.get("/v1/audit?sandbox_id=" + id + "&" + query)
                .body()
                .lines()
                .map(IncidentTest::json)
                .toList();
    }

    private static JsonNode json(String line) {
        try {
            return TestServer.JSON.readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    /** What the sandbox wrote to a file and was not committed, read beside it. */
    private String written(String name) throws Exception {
        try (var files = Files.walk(directory.resolve("deltas"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().equals(name)) {
                    return Files.readString(file);
                }
            }
        }
        return "";
    }

    private void count() throws Exception {
        post("/processes", "{\"command\": \"%s\"}".formatted(COUNT));
        String before = written("count");
        await().until(() ->
                !written("count").equals(before) && !written("count").isEmpty());
    }

    @Test
    void whatRunsStandsStillAndNothingIsBegunUntilTheRelease() throws Exception {
        count();
        String session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(id).build())
                .getId();
        JsonNode incident = post("/isolate", "{\"reason\": \"probes for secrets\"}");
        assertThat(incident.path("processes").asText()).isEqualTo("FROZEN");
        String stood = written("count");

        for (String call : List.of("exec", "processes", "sessions", "processes/proc_1/signal")) {
            assertThat(refused("/" + call, "{\"command\": \"true\"}")).contains("is isolated (since 2");
        }
        for (String call : List.of("commit", "discard", "fork", "stop", "start")) {
            assertThat(server.post("/v1/sandboxes/" + id + "/" + call, "{}").statusCode())
                    .as(call)
                    .isEqualTo(400);
        }
        assertThat(server.post("/v1/sessions/" + session + "/exec", "{\"command\": \"true\"}")
                        .body())
                .contains("is isolated");
        assertThat(server.delete("/v1/sessions/" + session).body()).contains("is isolated");
        assertThat(refused("/fs/mkdir", "{\"path\": \"/workspace/x\"}")).contains("is isolated");
        assertThat(server.put("/v1/sandboxes/" + id + "/permissions", "{\"preset\": \"read-only\"}")
                        .body())
                .contains("is isolated");
        assertThat(server.get("/v1/sandboxes/" + id + "/diff").body()).contains("/count");
        assertThat(server.get("/v1/sandboxes/" + id + "/usage").statusCode()).isEqualTo(200);
        assertThat(written("count")).isEqualTo(stood);

        post("/release", "{\"reason\": \"a false alarm\"}");
        await().until(() -> !written("count").equals(stood));
        assertThat(server.exec(id, "echo goes on").getStdout()).isEqualTo("goes on\n");
        assertThat(record().path("labels").isEmpty()).isTrue();
        assertThat(audit("event=sandbox_isolated,sandbox_released"))
                .extracting(event -> event.path("event").asText() + " "
                        + event.path("processes").asText() + " "
                        + event.path("reason").asText())
                .containsExactly("sandbox_isolated frozen probes for secrets", "sandbox_released  a false alarm");
    }

    @Test
    void noConnectionLivesOnAndTheReleaseGivesTheNetworkBack() throws Exception {
        id = server.sandbox(request().putLabels("network_policy", "egress").build())
                .getId();
        post("/processes", "{\"command\": \"busybox nc -ll -p 7000 -e cat\"}");
        await().until(() ->
                server.exec(id, "cat /proc/net/tcp /proc/net/tcp6").getStdout().contains(":1B58 "));
        String path = "/v1/sandboxes/" + id + "/ports/7000";
        SocketClient open = SocketClient.open(server, path, List.of("agentfense.port.v1"));
        open.type("echoed\n".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> open.shown().contains("echoed"));
        String proxied = "exec 3<>/dev/tcp/127.0.0.1/3128; echo open; cat <&3; echo ended > ended; sleep 1000";
        post("/processes", "{\"command\": \"bash -c '%s'\"}".formatted(proxied));
        await().until(() -> server.exec(id, "cat /proc/net/tcp").getStdout().contains(":0C38 01"));

        post("/isolate", "{}");
        open.closed();
        assertThat(server.get(path + "/").statusCode()).isEqualTo(400);

        post("/release", "{}");
        // What was cut is over for those inside too, and what is begun now goes its way.
        await().until(() -> server.exec(id, "cat ended; true").getStdout().equals("ended\n"));
        assertThat(server.exec(id, "getent ahostsv4 api.example.com").getStdout())
                .contains("198.18.0.1");
        SocketClient again = SocketClient.open(server, path, List.of("agentfense.port.v1"));
        again.type("again\n".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> again.shown().contains("again"));
    }

    @Test
    void whatItWroteStaysThroughARestartAndIsCommittedByNobody() throws Exception {
        server.exec(id, "echo stolen > loot");
        post("/isolate", "{\"reason\": \"first\"}");
        String since = record().path("labels").path("agentfense.isolated_since").asText();
        restart();
        assertThat(record().path("status").asText()).isEqualTo("SANDBOX_STATUS_STOPPED");
        assertThat(server.post("/v1/sandboxes/" + id + "/start", "{}").body()).contains("is isolated (since " + since);
        assertThat(written("loot")).isEqualTo("stolen\n");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/loot").statusCode())
                .isEqualTo(404);
        JsonNode again = post("/isolate", "{\"reason\": \"second\"}");
        assertThat(again.path("reason").asText()).isEqualTo("first");
        assertThat(again.path("processes").asText()).isEqualTo("NONE");
        assertThat(TestServer.json(server.get("/v1/incidents"))
                        .path("incidents")
                        .path(0)
                        .path("sandbox")
                        .path("id")
                        .asText())
                .isEqualTo(id);
        assertThat(audit("event=sandbox_isolated")).hasSize(1);
        post("/release", "{}");
        post("/start", "{}");
        post("/stop", "{}");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/loot").body())
                .isEqualTo("stolen\n");
    }

    @Test
    void theTimeOfAnIsolatedSandboxIsNeverUp() throws Exception {
        id = server.sandbox(request()
                        .setExpiresIn(Duration.newBuilder().setSeconds(3))
                        .setResources(ResourceLimits.newBuilder().setMaxRuntime(2))
                        .build())
                .getId();
        String neighbour = server.sandbox(request()
                        .setExpiresIn(Duration.newBuilder().setSeconds(3))
                        .build())
                .getId();
        post("/isolate", "{}");
        await().until(() -> server.get("/v1/sandboxes/" + neighbour).statusCode() == 404);
        assertThat(record().path("status").asText()).isEqualTo("SANDBOX_STATUS_RUNNING");
        post("/release", "{}");
        await().until(() -> server.get("/v1/sandboxes/" + id).statusCode() == 404);
    }

    @Test
    void aCodebaseWithEvidenceIsNotDeleted() throws Exception {
        String bystander = server.sandbox(request().build()).getId();
        post("/isolate", "{}");
        assertThat(server.delete("/v1/codebases/" + codebase + "?force=true").statusCode())
                .isNotEqualTo(200);
        assertThat(server.get("/v1/sandboxes/" + bystander).statusCode()).isEqualTo(200);
        assertThat(server.delete("/v1/sandboxes/" + id).statusCode()).isEqualTo(200);
        assertThat(server.delete("/v1/codebases/" + codebase + "?force=true").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theLabelsOfAnIsolationAreNobodysToSet() {
        assertThatThrownBy(() -> server.sandboxes()
                        .createSandbox(request()
                                .putLabels("agentfense.isolated", "true")
                                .build()))
                .hasMessageContaining("the server's own");
    }

    @Test
    void whatIsNotIsolatedIsNotReleased() throws Exception {
        assertThat(refused("/release", "{}")).contains("is not isolated");
        assertThat(server.post("/v1/sandboxes/sb_0123456789abcdef/isolate", "{}")
                        .statusCode())
                .isEqualTo(404);
    }

    /** Unpacks a report as its reader would, and looks at its sums as its reader would. */
    private Path unpacked(String query) throws Exception {
        Path archive = Files.createTempFile(directory, "report", ".tar.gz");
        HttpResponse<Path> response = HttpClient.newHttpClient()
                .send(
                        server.request("/v1/sandboxes/" + id + "/report" + query)
                                .GET()
                                .build(),
                        BodyHandlers.ofFile(archive));
        assertThat(response.statusCode()).isEqualTo(200);
        Path place = Files.createDirectories(directory.resolve("unpacked-" + System.nanoTime()));
        run(place, "tar", "-xzf", archive.toString());
        Path report = place.resolve("incident-" + id);
        run(report, "sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS");
        return report;
    }

    private static void run(Path where, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static List<JsonNode> lines(Path file) throws Exception {
        return Files.readAllLines(file).stream().map(IncidentTest::json).toList();
    }

    @Test
    void theReportHasAllOfItAndProvesWhatItSays() throws Exception {
        server.exec(id, "echo stolen > loot; echo changed > main.py; rm .env; ln -s /etc/shadow link");
        server.exec(id, "cat nothing; true");
        post("/processes", "{\"command\": \"exec bash -c \\\"exec -a $(printf 'evil\\\\033name') sleep 1000\\\"\"}");
        await().until(() ->
                server.exec(id, "cat /proc/[0-9]*/cmdline").getStdout().contains("evil"));
        post("/isolate", "{\"reason\": \"probes\"}");
        Path report = unpacked("?reason=case+7");

        JsonNode record =
                TestServer.JSON.readTree(report.resolve("sandbox.json").toFile());
        assertThat(record.path("labels").path("agentfense.isolated_reason").asText())
                .isEqualTo("probes");
        assertThat(TestServer.JSON
                        .readTree(report.resolve("rules.json").toFile())
                        .path(0)
                        .path("pattern")
                        .asText())
                .isEqualTo("**/*");
        assertThat(Files.readString(report.resolve("processes.json"))).contains("evil\\u001Bname", "1000");
        assertThat(Files.readString(report.resolve("diff.patch"))).contains("+stolen", "+changed", "-SECRET=xyzzy");
        JsonNode loot = lines(report.resolve("delta.jsonl")).stream()
                .filter(entry -> entry.path("path").asText().equals("/loot"))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readString(report.resolve(loot.path("content").asText())))
                .isEqualTo("stolen\n");
        assertThat(lines(report.resolve("delta.jsonl")))
                .anyMatch(entry -> entry.path("target").asText().equals("/etc/shadow"))
                .anyMatch(entry -> entry.path("type").asText().equals("whiteout"));
        assertThat(lines(report.resolve("commands.jsonl")))
                .extracting(command -> command.path("command").asText())
                .contains("cat nothing; true");
        assertThat(lines(report.resolve("events.jsonl")))
                .extracting(event -> event.path("event").asText())
                .startsWith("sandbox_created")
                .endsWith("sandbox_isolated", "incident_reported");
        assertProven(report);
    }

    /** Each event with the log's own key and nothing else but the report. */
    private static void assertProven(Path report) throws Exception {
        var key = VerifyingKey.parse(
                Files.readString(report.resolve("signing.pub")).strip());
        var checkpoint = Checkpoints.parse(Files.readAllBytes(report.resolve("checkpoint")), key);
        HexFormat hex = HexFormat.of();
        List<String> events = Files.readAllLines(report.resolve("events.jsonl"));
        List<JsonNode> proofs = lines(report.resolve("proofs.jsonl"));
        assertThat(proofs).hasSameSizeAs(events);
        for (int i = 0; i < events.size(); i++) {
            byte[] line = events.get(i).getBytes(StandardCharsets.UTF_8);
            JsonNode proof = proofs.get(i);
            var chain = new Chain(
                    proof.path("sequence").asLong() - 1,
                    hex.parseHex(proof.path("previous_hash").asText()));
            assertThat(chain.follow(line)).isEqualTo(Chain.Fault.NONE);
            var path = new InclusionProofs.Proof(
                    proof.path("leaf_index").asLong(),
                    proof.path("path")
                            .valueStream()
                            .map(hash -> hex.parseHex(hash.asText()))
                            .toList());
            assertThat(InclusionProofs.holds(path, line, checkpoint.size(), hex.parseHex(checkpoint.root())))
                    .isTrue();
            line[20] ^= 1;
            assertThat(InclusionProofs.holds(path, line, checkpoint.size(), hex.parseHex(checkpoint.root())))
                    .isFalse();
        }
    }

    private static Iterator<ReportChunk> report(IncidentServiceBlockingStub client, String sandbox, String reason) {
        return client.downloadReport(DownloadReportRequest.newBuilder()
                .setSandboxId(sandbox)
                .setReason(reason)
                .build());
    }

    @Test
    void theReportIsHadOverGrpcToo() throws Exception {
        server.exec(id, "head -c 300000 /dev/urandom > loot");
        Path archive = directory.resolve("over-grpc.tar.gz");
        IncidentServiceBlockingStub client = server.client(IncidentServiceBlockingStub.class);
        List<Integer> sizes = new ArrayList<>();
        try (OutputStream out = Files.newOutputStream(archive)) {
            for (Iterator<ReportChunk> chunks = report(client, id, "case 8"); chunks.hasNext(); ) {
                ByteString data = chunks.next().getData();
                sizes.add(data.size());
                data.writeTo(out);
            }
        }
        assertThat(sizes).allMatch(size -> size <= 64 << 10);
        // What it wrote is in it, which nothing makes smaller.
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isGreaterThan(300_000);
        Path place = Files.createDirectories(directory.resolve("over-grpc"));
        run(place, "tar", "-xzf", archive.toString());
        Path report = place.resolve("incident-" + id);
        run(report, "sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS");
        JsonNode account =
                TestServer.JSON.readTree(report.resolve("report.json").toFile());
        assertThat(account.path("reason").asText()).isEqualTo("case 8");
        assertThat(account.path("sandbox_id").asText()).isEqualTo(id);
        assertThat(audit("event=incident_reported")).hasSize(1);

        for (String none : List.of("sb_0000000000000000", "../etc")) {
            assertThatThrownBy(() -> report(client, none, "").next()).hasMessageContaining("NOT_FOUND");
        }
        assertThatThrownBy(() -> report(client, "", "").next()).hasMessageContaining("sandbox_id is required");
        assertThatThrownBy(() -> report(client, id, "x".repeat(2000)).next()).hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void noNameThatTheSandboxChoseIsOneInTheReport() throws Exception {
        server.exec(
                id,
                "echo 1 > 'a\nb'; echo 2 > '..x'; echo 3 > \"$(printf '\\377\\033[31m')\"; echo 4 > '-rf *'; mkdir -p"
                        + " deep/er; echo 5 > deep/er/'\\backslash'; mkfifo pipe; ln -s ../../../../etc/passwd esc;"
                        + " echo 6 > SHA256SUMS; head -c 3000000 /dev/zero > big");
        post("/isolate", "{}");
        Path report = unpacked("?max_bytes=1000");
        try (var files = Files.walk(report)) {
            assertThat(files.map(file -> report.relativize(file).toString()))
                    .allMatch(name -> name.matches("(delta/)?[A-Za-z0-9.]*"));
        }
        List<JsonNode> delta = lines(report.resolve("delta.jsonl"));
        for (String[] one : new String[][] {{"/a\nb", "1"}, {"/-rf *", "4"}, {"/deep/er/\\backslash", "5"}}) {
            JsonNode entry = delta.stream()
                    .filter(it -> it.path("path").asText().equals(one[0]))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(delta.toString()));
            assertThat(Files.readString(report.resolve(entry.path("content").asText())))
                    .isEqualTo(one[1] + "\n");
        }
        assertThat(delta)
                .anyMatch(it -> it.path("path").asText().equals("/big")
                        && it.path("omitted").asBoolean()
                        && !it.has("content"))
                .anyMatch(it -> it.path("path").asText().equals("/pipe"));
    }

    @Test
    void theWorkflowOfTheRequirements() throws Exception {
        count();
        post("/isolate", "{\"reason\": \"probes for secrets\"}");
        assertThat(audit("newest_first=true&limit=1").getFirst().path("event").asText())
                .isEqualTo("sandbox_isolated");
        assertThat(Files.readString(unpacked("").resolve("diff.patch"))).contains("count");
        assertThat(server.delete("/v1/sandboxes/" + id).statusCode()).isEqualTo(200);
        assertThat(server.post("/v1/users/user/block", "{\"reason\": \"case 7\"}")
                        .statusCode())
                .isEqualTo(200);

        Path after = unpacked("");
        assertThat(after.resolve("sandbox.json")).doesNotExist();
        assertThat(lines(after.resolve("events.jsonl")))
                .extracting(event -> event.path("event").asText())
                .containsSubsequence("sandbox_isolated", "incident_reported", "sandbox_destroyed");
        id = "sb_0123456789abcdef";
        assertThat(server.get("/v1/sandboxes/" + id + "/report").statusCode()).isEqualTo(404);
    }

    @Test
    void itsOwnerHasNoSayInItAndABlockedOneNoneInAnything() throws Exception {
        server.close();
        String owner;
        String auditor;
        String admin;
        try (Database database = Database.open(directory.resolve("metadata.db").toString())) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            owner = keys.create("user", Role.USER, "", Optional.empty()).key();
            auditor = keys.create("auditor", Role.AUDITOR, "", Optional.empty()).key();
            admin = keys.create("root", Role.ADMIN, "", Optional.empty()).key();
        }
        server = TestServer.start(directory, Map.of("auth.mode", "required"));
        String path = "/v1/sandboxes/" + id;
        assertThat(status(owner, "POST", path + "/start")).isEqualTo(200);
        for (String key : List.of(owner, auditor)) {
            assertThat(status(key, "POST", path + "/isolate")).isEqualTo(403);
        }
        assertThat(status(admin, "POST", path + "/isolate")).isEqualTo(200);

        assertThat(status(owner, "GET", path)).isEqualTo(200);
        assertThat(status(owner, "GET", path + "/diff")).isEqualTo(400);
        assertThat(status(owner, "DELETE", path)).isEqualTo(400);
        for (String call : List.of(path + "/report", "/v1/incidents")) {
            assertThat(status(owner, "GET", call)).isEqualTo(403);
            assertThat(status(auditor, "GET", call)).isEqualTo(200);
        }
        assertThatThrownBy(() -> report(server.client(IncidentServiceBlockingStub.class, owner), id, "")
                        .next())
                .hasMessageContaining("PERMISSION_DENIED");
        assertThat(report(server.client(IncidentServiceBlockingStub.class, auditor), id, "")
                        .next()
                        .getData()
                        .isEmpty())
                .isFalse();
        assertThat(status(owner, "POST", path + "/release")).isEqualTo(403);
        assertThat(status(owner, "POST", "/v1/sandboxes/sb_0123456789abcdef/release"))
                .isEqualTo(403);
        assertThat(status(admin, "GET", path + "/diff")).isEqualTo(200);

        assertThat(status(admin, "POST", "/v1/users/user/block")).isEqualTo(200);
        assertThat(status(owner, "GET", path)).isEqualTo(403);
        assertThat(status(admin, "GET", "/v1/incidents")).isEqualTo(200);
        assertThat(status(admin, "DELETE", path)).isEqualTo(200);
    }

    private int status(String key, String method, String path) throws Exception {
        return server.send(server.request(path)
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .method(method, method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody())
                        .build())
                .statusCode();
    }
}
