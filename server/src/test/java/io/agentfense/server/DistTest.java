package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code dist/} has for Prometheus, Grafana and systemd fits them, and the server's meters. */
class DistTest {
    private static final Path DIST = Path.of("..", "dist");
    private static final Pattern METER = Pattern.compile("\\b(?:agentfense|jvm|process|system)_[a-z0-9_]+");

    @TempDir
    Path directory;

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "promtool";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .directory(DIST.resolve("prometheus").toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void theRulesAreReadAndRaisedAsTheySay() throws Exception {
        assertThat(promtool("check", "rules", "agentfense.rules.yml")).contains("SUCCESS: 10 rules found");
        assertThat(promtool("test", "rules", "agentfense.test.yml")).contains("SUCCESS");
    }

    @Test
    void theServiceIsOneThatSystemdCanStart() throws Exception {
        Path unit = directory.resolve("agentfense-server.service");
        Files.writeString(
                unit,
                Files.readString(DIST.resolve("systemd/agentfense-server.service"))
                        .replace(
                                "/opt/agentfense", DIST.toRealPath().getParent().toString()));
        Process process = new ProcessBuilder("systemd-analyze", "verify", unit.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes())).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    private static Set<String> meters(Path file) throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher found = METER.matcher(Files.readString(file));
        while (found.find()) {
            names.add(found.group());
        }
        return names;
    }

    @Test
    void everyMeterThatIsNamedIsThere() throws Exception {
        // Of receivers, sinks and traces there are only those that are configured; these are down.
        Map<String, String> keys = Map.of(
                "audit.forward",
                "{\"name\":\"siem\",\"type\":\"syslog\",\"address\":\"127.0.0.1:9\"}",
                "alerts",
                "{\"sinks\": {\"ops\": {\"type\": \"log\"}}}",
                "tracing.otlp_endpoint",
                "http://127.0.0.1:9");
        try (TestServer server = TestServer.start(directory, keys)) {
            String metrics = server.get("/metrics").body();
            Set<String> named = meters(DIST.resolve("prometheus/agentfense.rules.yml"));
            named.addAll(meters(DIST.resolve("grafana/agentfense.json")));
            assertThat(named)
                    .hasSizeGreaterThan(15)
                    .allSatisfy(name -> assertThat(metrics).containsPattern("(?m)^" + name + "[ {]"));
        }
    }

    @Test
    void theDashboardIsJsonWithAPanelForEachQuery() throws Exception {
        var dashboard =
                TestServer.JSON.readTree(DIST.resolve("grafana/agentfense.json").toFile());
        assertThat(dashboard.path("panels"))
                .isNotEmpty()
                .allSatisfy(panel -> assertThat(panel.path("targets")).isNotEmpty());
    }
}
