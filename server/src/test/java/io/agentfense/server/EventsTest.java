package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.ListEventsRequest;
import io.agentfense.api.ours.v1.ListEventsResponse;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceBlockingStub;
import io.agentfense.api.ours.v1.SandboxEvent;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.ResourceLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a sandbox that reaches its limits. */
class EventsTest {
    private static final String FULL_OF_DESCRIPTORS =
            "perl -e 'while (open(my $h, \"<\", \"/dev/null\")) { push @h, $h } sleep 100'";

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String sandbox(ResourceLimits.Builder limits) {
        return server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setResources(limits)
                        .build())
                .getId();
    }

    private static ListEventsResponse listing(String sandbox) {
        return server.client(RuleServiceBlockingStub.class)
                .listEvents(ListEventsRequest.newBuilder().setSandboxId(sandbox).build());
    }

    private static List<SandboxEvent> events(String sandbox, String resource) {
        return listing(sandbox).getEventsList().stream()
                .filter(event -> event.getResource().equals(resource))
                .toList();
    }

    private static void background(String sandbox, String command) throws Exception {
        server.post(
                "/v1/sandboxes/" + sandbox + "/processes",
                TestServer.JSON.createObjectNode().put("command", command).toString());
    }

    @Test
    void memoryThatRanOutIsToldWithTheResultOfItsCommand() {
        String sandbox = sandbox(ResourceLimits.newBuilder().setMemoryBytes(32 << 20));
        ExecResult result = server.exec(sandbox, "exec tail /dev/zero");

        assertThat(result.getExitCode()).isEqualTo(137);
        assertThat(result.getLimitExceeded()).isEqualTo("memory");
        assertThat(events(sandbox, "memory_bytes")).singleElement().satisfies(event -> {
            assertThat(event.getEvent()).isEqualTo("resource_limit_exceeded");
            assertThat(event.getLimit()).isEqualTo(32 << 20);
            assertThat(event.getUsage()).isBetween(31L << 20, 32L << 20);
            assertThat(event.getCount()).isPositive();
        });
    }

    @Test
    void aRefusedProcessIsTold() {
        String sandbox = sandbox(ResourceLimits.newBuilder().setPidsLimit(20));
        ExecResult result = server.exec(
                sandbox, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do" + " sleep 3 & done; wait");

        assertThat(result.getLimitExceeded()).isEqualTo("pids");
        assertThat(events(sandbox, "pids_limit")).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getLimit()).isEqualTo(20);
            assertThat(event.getUsage()).isEqualTo(20);
        });
    }

    @Test
    void aFullDeltaIsTold() {
        String sandbox = sandbox(ResourceLimits.newBuilder().setDiskBytes(1 << 20));
        ExecResult bytes = server.exec(sandbox, "head -c 2000000 /dev/zero > big");
        assertThat(bytes.getExitCode()).isNotZero();
        assertThat(bytes.getLimitExceeded()).isEqualTo("disk");
        assertThat(events(sandbox, "disk_bytes")).singleElement().satisfies(event -> {
            assertThat(event.getLimit()).isEqualTo(1 << 20);
            assertThat(event.getUsage()).isBetween(900_000L, 1L << 20);
        });
    }

    @Test
    void emptyFilesWithoutEndAreAFullDeltaToo() {
        String sandbox = sandbox(ResourceLimits.newBuilder().setDiskBytes(1 << 20));
        ExecResult names = server.exec(sandbox, "i=0; while : > f$i; do i=$((i+1)); done 2> /dev/null; echo $i");
        assertThat(names.getLimitExceeded()).isEqualTo("disk");
        assertThat(Integer.parseInt(
                        server.exec(sandbox, "ls | wc -l").getStdout().strip()))
                .isLessThanOrEqualTo((1 << 20) / 4096);
    }

    @Test
    void droppedOutputIsToldWithItsAmount() {
        String sandbox = sandbox(ResourceLimits.newBuilder().setOutputBytes(1000));
        ExecResult result = server.exec(sandbox, "head -c 5000 /dev/zero | tr '\\0' a");
        assertThat(result.getLimitExceeded()).isEmpty();
        assertThat(events(sandbox, "output_bytes")).singleElement().satisfies(event -> {
            assertThat(event.getLimit()).isEqualTo(1000);
            assertThat(event.getUsage()).isEqualTo(5000);
        });
    }

    @Test
    void aTimeOutIsTold() {
        String sandbox = sandbox(ResourceLimits.newBuilder());
        assertThatThrownBy(() -> server.sandboxes()
                        .exec(ExecRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setCommand("sleep 100")
                                .setTimeout(Duration.newBuilder().setNanos(200_000_000))
                                .build()))
                .hasMessageContaining("command timed out");
        assertThat(events(sandbox, "timeout")).singleElement().satisfies(event -> {
            assertThat(event.getLimit()).isEqualTo(200);
            assertThat(event.getUsage()).isGreaterThanOrEqualTo(200);
        });
    }

    @Test
    void allDescriptorsTakenIsTold() throws Exception {
        String sandbox = sandbox(ResourceLimits.newBuilder().setNofile(100).setPidsLimit(50));
        background(sandbox, FULL_OF_DESCRIPTORS);
        await().until(() -> !events(sandbox, "nofile").isEmpty());
        assertThat(events(sandbox, "nofile").getFirst().getLimit()).isEqualTo(100);
    }

    @Test
    void waitingForProcessorTimeMostOfTheTimeIsTold() throws Exception {
        String sandbox = sandbox(ResourceLimits.newBuilder().setCpuQuota(10_000));
        background(sandbox, "while :; do :; done");
        await().atMost(java.time.Duration.ofMinutes(1))
                .until(() -> !events(sandbox, "cpu_quota").isEmpty());
        assertThat(events(sandbox, "cpu_quota").getFirst().getLimit()).isEqualTo(10_000);
        assertThat(events(sandbox, "cpu_quota").getFirst().getCount()).isGreaterThan(50);
    }

    @Test
    void whatHappenedIsKeptAfterAStopAndGoneWithTheSandbox() throws Exception {
        String sandbox = sandbox(ResourceLimits.newBuilder().setMaxRuntime(1));
        await().until(() -> !events(sandbox, "max_runtime").isEmpty());
        await().until(() -> TestServer.json(server.get("/v1/sandboxes/" + sandbox))
                .get("status")
                .asText()
                .endsWith("STOPPED"));

        JsonNode event = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/events"))
                .get("events")
                .get(0);
        assertThat(event.get("event").asText()).isEqualTo("resource_limit_exceeded");
        assertThat(event.get("resource").asText()).isEqualTo("max_runtime");
        assertThat(event.get("limit").asText()).isEqualTo("1");
        assertThat(event.get("timestamp").asText()).startsWith("20");

        server.delete("/v1/sandboxes/" + sandbox);
        assertThat(server.get("/v1/sandboxes/" + sandbox + "/events").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoReachesNoLimitHasNoEvents() {
        String sandbox = sandbox(ResourceLimits.newBuilder()
                .setMemoryBytes(64 << 20)
                .setCpuQuota(50_000)
                .setPidsLimit(50)
                .setDiskBytes(1 << 20)
                .setNofile(100)
                .setOutputBytes(1000));
        assertThat(server.exec(sandbox, "echo hi > file; cat file").getStdout()).isEqualTo("hi\n");
        assertThat(listing(sandbox)).isEqualTo(ListEventsResponse.getDefaultInstance());
    }

    @Test
    void eachIsCounted() throws Exception {
        String before = count("output_bytes");
        String sandbox = sandbox(ResourceLimits.newBuilder().setOutputBytes(10));
        server.exec(sandbox, "echo more than ten bytes");
        assertThat(count("output_bytes")).isNotEqualTo(before);
        assertThat(server.get("/metrics").body()).contains("agentfense_network_denials_total 0.0");
    }

    private static String count(String resource) throws Exception {
        String name = "agentfense_limits_exceeded_total{resource=\"" + resource + "\"}";
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow();
    }
}
