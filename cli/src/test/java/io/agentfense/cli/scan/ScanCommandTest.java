package io.agentfense.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScanCommandTest {
    /** In two parts, so that nobody finds one here. */
    private static final String STRIPE = "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e";

    private static final String PASSWORD = "Tr7-kWq9zLpX2v";

    record Outcome(int exitCode, String out, String err) {}

    @TempDir
    Path directory;

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new ScanCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, _) -> {
                    line.getErr().println(failure.getMessage());
                    return 2;
                })
                .execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private Path file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void aCleanDirectoryEndsWithZero() throws IOException {
        file("main.py", "print('hello')\n");
        Outcome outcome = run(directory.toString());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("nothing found in 1 files");
    }

    @Test
    void aFindingIsALineWithTheSecretMasked() throws IOException {
        file("b/pay.rb", "# pay\nStripe.api_key = '" + STRIPE + "'\n");
        file("a.env", "DB_PASSWORD=" + PASSWORD + "\n");
        Outcome outcome = run(directory.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out().lines())
                .containsExactly(
                        directory + "/a.env:1:13: generic-password: Value given to the name of a password: ********",
                        directory + "/b/pay.rb:2:19: stripe-key: Stripe key: sk_l********");
        assertThat(outcome.err()).startsWith("2 found in 2 files");
    }

    @Test
    void jsonHasTheOffsetsOfTheSecret() throws IOException {
        String content = "ä = '" + STRIPE + "'\n";
        Outcome outcome = run("--json", file("x.js", content).toString());
        JsonNode finding = new ObjectMapper().readTree(outcome.out());
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        int start = finding.path("start").asInt();
        assertThat(new String(bytes, start, finding.path("end").asInt() - start, StandardCharsets.UTF_8))
                .isEqualTo(STRIPE);
        assertThat(finding.path("column").asInt()).isEqualTo(6);
        assertThat(finding.path("severity").asText()).isEqualTo("high");
        assertThat(outcome.out()).doesNotContain(STRIPE.substring(8));
    }

    @Test
    void sarifNamesRuleFileAndRegion() throws IOException {
        file("pay me.rb", "key = '" + STRIPE + "'\n");
        Outcome outcome = run("--format", "sarif", directory.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        JsonNode run = new ObjectMapper().readTree(outcome.out()).path("runs").path(0);
        JsonNode result = run.path("results").path(0);
        JsonNode place = result.path("locations").path(0).path("physicalLocation");
        assertThat(place.path("artifactLocation").path("uri").asText())
                .startsWith("file:///")
                .endsWith("/pay%20me.rb");
        assertThat(place.path("region").path("startColumn").asInt()).isEqualTo(8);
        JsonNode rule = run.path("tool")
                .path("driver")
                .path("rules")
                .path(result.path("ruleIndex").asInt());
        assertThat(rule.path("id").asText()).isEqualTo("stripe-key");
        assertThat(outcome.out()).doesNotContain(STRIPE.substring(8));
    }

    @Test
    void whatIgnoreFilesNameIsLeftOutAndCountedUnlessItIsWanted() throws IOException {
        file(".gitignore", "*.env\n");
        file("a.env", "KEY=" + STRIPE + "\n");
        file(".git/config", "url = https://jo:" + PASSWORD + "@git.acme.io\n");
        Outcome outcome = run(directory.toString());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).contains("2 ignored (--no-ignore scans them)");
        assertThat(run("--no-ignore", directory.toString()).out().lines()).hasSize(2);
        assertThat(run("--no-ignore", "--exclude", ".git/", directory.toString())
                        .out()
                        .lines())
                .hasSize(1);
    }

    @Test
    void aBaselineHidesWhatItKnowsAndHoldsNoSecret() throws IOException {
        file("src/a.env", "DB_PASSWORD=" + PASSWORD + "\n");
        Path baseline = directory.resolve("known.json");
        assertThat(run("--write-baseline", baseline.toString(), directory.toString())
                        .exitCode())
                .isZero();
        String written = Files.readString(baseline);
        assertThat(written).contains("src/a.env", "generic-password").doesNotContain(PASSWORD);

        Outcome known = run("--baseline", baseline.toString(), directory.toString());
        assertThat(known.exitCode()).isZero();
        assertThat(known.err()).startsWith("nothing found, 1 known by the baseline");

        file("src/a.env", "# moved\nDB_PASSWORD=" + PASSWORD + "\nOTHER_PASSWORD=" + PASSWORD + "x\n");
        Outcome more = run("--baseline", baseline.toString(), directory.toString());
        assertThat(more.exitCode()).isEqualTo(1);
        assertThat(more.out().lines()).hasSize(1).allMatch(line -> line.contains("a.env:3:"));
    }

    @Test
    void aBaselineIsWrittenAgainAsItWas() throws IOException {
        file("a.env", "DB_PASSWORD=" + PASSWORD + "\n");
        Path baseline = directory.resolve("known.json");
        run("--write-baseline", baseline.toString(), directory.toString());
        String first = Files.readString(baseline);
        run("--write-baseline", baseline.toString(), directory.toString());
        assertThat(Files.readString(baseline)).isEqualTo(first);
    }

    @Test
    void aFileThatIsNoBaselineIsRefused() throws IOException {
        Path other = file("other.json", "{\"format\": \"x\"}");
        Outcome outcome = run("--baseline", other.toString(), directory.toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("other.json can't be read: it is no baseline");
    }

    @Test
    void aFileThatIsTooLargeIsToldAndEndsWithTwo() throws IOException {
        file("large", "x".repeat(100));
        Outcome outcome = run("--max-bytes", "99", directory.toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("not scanned: " + directory + "/large: larger than 99 bytes");
    }

    @Test
    void whatIsNotThereEndsWithTwo() {
        Outcome outcome = run(directory.resolve("nowhere").toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("nowhere");
    }

    @Test
    void standardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(("+key = '" + STRIPE + "'\n").getBytes(StandardCharsets.UTF_8)));
            Outcome outcome = run("-");
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.out()).startsWith("(standard input):1:9: stripe-key");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void onlyWhatIsSureEnoughIsTold() throws IOException {
        file("a.env", "DB_PASSWORD=" + PASSWORD + "\nKEY=" + STRIPE + "\n");
        assertThat(run("--confidence", "high", directory.toString()).out().lines())
                .hasSize(1);
    }

    @Test
    void theRulesAreListed() {
        List<String> lines = run("--rules").out().lines().toList();
        assertThat(lines).hasSizeGreaterThan(80).anyMatch(line -> line.startsWith("github-token "));
    }

    @Test
    void whatWasMadeToCostMuchIsNoCleanFile() throws IOException {
        Outcome outcome = run(file("costly", "glrt-".repeat(200_000)).toString());
        assertThat(outcome.err()).contains("not scanned: ", "costly: more work than a file of its size may be");
        assertThat(outcome.exitCode()).isEqualTo(2);
    }
}
