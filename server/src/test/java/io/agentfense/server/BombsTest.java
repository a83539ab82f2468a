package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.ours.v1.ListEventsRequest;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceBlockingStub;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.CgroupUsage;
import io.agentfense.linux.cgroup.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that take all there is, under the limits of the three tiers: what the host counts stays within them, the event
 * is told, and in another sandbox all goes on as if nothing was.
 */
class BombsTest {
    private static final long DISK_BYTES = 16 << 20;
    private static final int NOFILE = 256;
    private static final int OUTPUT_BYTES = 4096;

    /** Limits as the page on security has them. */
    enum Tier {
        UNTRUSTED(256, 25_000, 50),
        AGENT(512, 50_000, 100),
        BUILD(2048, 100_000, 200);

        private final long memoryBytes;
        private final int cpuQuota;
        private final int pids;

        Tier(long megabytes, int cpuQuota, int pids) {
            memoryBytes = megabytes << 20;
            this.cpuQuota = cpuQuota;
            this.pids = pids;
        }

        ResourceLimits asked() {
            return ResourceLimits.newBuilder()
                    .setMemoryBytes(memoryBytes)
                    .setCpuQuota(cpuQuota)
                    .setPidsLimit(pids)
                    .setDiskBytes(DISK_BYTES)
                    .setNofile(NOFILE)
                    .setOutputBytes(OUTPUT_BYTES)
                    .build();
        }

        io.agentfense.linux.cgroup.ResourceLimits held() {
            return io.agentfense.linux.cgroup.ResourceLimits.NONE
                    .withMemory(memoryBytes)
                    .withCpus(cpuQuota / 100_000.0)
                    .withProcesses(pids);
        }
    }

    /** Programs that do one thing without end, and what is told of each. */
    enum Bomb {
        FORK("bomb() { bomb | bomb & }; bomb; sleep 1000", "pids_limit"),
        MEMORY("while :; do tail /dev/zero; done", "memory_bytes"),
        TEMPORARY_FILES(
                "while :; do cat /dev/zero > /dev/shm/big; cat /dev/zero > /tmp/big; tail /dev/zero; done",
                "memory_bytes"),
        DISK("i=0; while :; do cat /dev/zero > big$i; i=$((i+1)); done", "disk_bytes"),
        INODES("i=0; while :; do : > empty$i; i=$((i+1)); done", "disk_bytes"),
        DESCRIPTORS(
                "while :; do perl -e 'while (open(my $h, \"<\", \"/dev/null\")) { push @h, $h } sleep 3'; done",
                "nofile"),
        OUTPUT("timeout 3 yes | head -c 500000000; yes no | head -c 100000 >&2", "output_bytes"),
        BUSY("for i in 1 2 3 4; do while :; do :; done & done; wait", "cpu_quota");

        private final String command;
        private final String resource;

        Bomb(String command, String resource) {
            this.command = command;
            this.resource = resource;
        }
    }

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String neighbour;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of("sandbox.commit", "manual"));
        codebase = server.codebase(Map.of("file", "of the codebase"));
        neighbour = server.sandbox(codebase, TestServer.ALL).getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> all() {
        return Arrays.stream(Tier.values())
                .flatMap(tier -> Arrays.stream(Bomb.values()).map(bomb -> Arguments.of(tier, bomb)));
    }

    private static void background(String sandbox, String command) throws Exception {
        String body = TestServer.JSON.createObjectNode().put("command", command).toString();
        assertThat(server.post("/v1/sandboxes/" + sandbox + "/processes", body).statusCode())
                .isEqualTo(200);
    }

    private static List<String> told(String sandbox) {
        return server
                .client(RuleServiceBlockingStub.class)
                .listEvents(ListEventsRequest.newBuilder().setSandboxId(sandbox).build())
                .getEventsList()
                .stream()
                .map(event -> event.getResource())
                .toList();
    }

    /** A process of a sandbox, as the host knows it. */
    private static int hostPid(String mark) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                try {
                    if (Files.readString(process.resolve("cmdline")).equals("sleep\0" + mark + "\0")) {
                        return Integer.parseInt(process.getFileName().toString());
                    }
                } catch (IOException e) {
                    // It has ended, or is no process.
                }
            }
        }
        throw new IOException("no process sleeps for " + mark);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("all")
    void aBombIsContainedAndToldAndItsNeighbourGoesOn(Tier tier, Bomb bomb) throws Exception {
        String sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .addPermissions(TestServer.ALL)
                        .setResources(tier.asked())
                        .build())
                .getId();
        String mark = (100_000 + tier.ordinal() * 100 + bomb.ordinal()) + ".5";
        background(sandbox, "exec sleep " + mark);
        int[] pid = new int[1];
        await().ignoreExceptions().until(() -> (pid[0] = hostPid(mark)) > 0);

        // Finding them compares the limits of the groups with those of the tier.
        try (Cgroup group = Cgroups.ofProcess(pid[0], tier.held())) {
            background(sandbox, bomb.command);
            await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                assertThat(server.exec(neighbour, "cat file; echo $((6 * 7))").getStdout())
                        .isEqualTo("of the codebase42\n");
                assertWithin(tier, group);
                assertThat(told(sandbox)).contains(bomb.resource);
            });
            assertWithin(tier, group);
        }
        assertThat(server.delete("/v1/sandboxes/" + sandbox).statusCode()).isEqualTo(200);
        assertThat(server.exec(neighbour, "cat file").getStdout()).isEqualTo("of the codebase");
    }

    private static void assertWithin(Tier tier, Cgroup group) throws IOException {
        CgroupUsage usage = group.usage();
        assertThat(usage.peakMemoryBytes().orElseThrow()).isLessThanOrEqualTo(tier.memoryBytes);
        assertThat(usage.processes().orElseThrow()).isLessThanOrEqualTo(tier.pids);
        for (int process : group.processes()) {
            Path descriptors = Path.of("/proc", Integer.toString(process), "fd");
            assertThat(Files.exists(descriptors) ? openIn(descriptors) : 0).isLessThanOrEqualTo(NOFILE);
        }
        try (Stream<Path> delta = Files.walk(directory.resolve("deltas"))) {
            long bytes = delta.mapToLong(file -> file.toFile().length()).sum();
            assertThat(bytes).isLessThan(DISK_BYTES * 2);
        }
    }

    private static long openIn(Path descriptors) {
        String[] names = descriptors.toFile().list();
        return names == null ? 0 : names.length;
    }
}
