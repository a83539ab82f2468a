package io.agentfense.cli.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {
    @TempDir
    Path directory;

    @Test
    void eachLineGetsItsDecision() throws IOException {
        Path rules = file("rules.yaml", "- pattern: /src/**\n- pattern: /src/**/*.key\n  permission: none\n");

        Cli.Outcome outcome =
                Cli.run(bytes("/src/a.py\nsrc/b.key\n/x\n/\nno newline"), "eval", "--rules", rules.toString());

        assertThat(outcome.lines())
                .containsExactly(
                        "{\"path\":\"/src/a.py\",\"level\":\"read\",\"rule\":0}",
                        "{\"path\":\"src/b.key\",\"level\":\"none\",\"rule\":1}",
                        "{\"path\":\"/x\",\"level\":\"none\",\"rule\":null}",
                        "{\"path\":\"/\",\"level\":\"none\",\"rule\":null}",
                        "{\"path\":\"no newline\",\"level\":\"none\",\"rule\":null}");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void pathsThatEndInNulMayHoldNewlines() {
        Cli.Outcome outcome = Cli.run(bytes("/a\nb\0/café\\x\0"), "eval", "-0", "--preset", "read-only");

        assertThat(outcome.lines())
                .containsExactly(
                        "{\"path\":\"/a\\nb\",\"level\":\"read\",\"rule\":0}",
                        "{\"path\":\"/café\\\\x\",\"level\":\"read\",\"rule\":0}");
    }

    @Test
    void bytesThatAreNoUtf8CanBeTurnedBack() {
        Cli.Outcome outcome = Cli.run("/caf\u00e9\n/ok\n".getBytes(ISO_8859_1), "eval", "--preset", "full-access");

        assertThat(outcome.lines())
                .containsExactly(
                        "{\"path\":\"/caf\\uDCE9\",\"level\":\"write\",\"rule\":0}",
                        "{\"path\":\"/ok\",\"level\":\"write\",\"rule\":0}");
    }

    @Test
    void rulesAddUpInTheirOrder() throws IOException {
        Path rules = file("rules.json", "{\"preset\": \"view-only\", \"rules\": [{\"pattern\": \"/a\"}]}");

        Cli.Outcome outcome = Cli.run(
                bytes("/a\n/b\n/c\n"),
                "eval",
                "--rule",
                "/b=write",
                "--rules",
                rules.toString(),
                "--preset",
                "read-only",
                "--rule",
                "/c=none@-1");

        assertThat(outcome.lines())
                .containsExactly(
                        "{\"path\":\"/a\",\"level\":\"read\",\"rule\":2}",
                        "{\"path\":\"/b\",\"level\":\"write\",\"rule\":3}",
                        "{\"path\":\"/c\",\"level\":\"view\",\"rule\":1}");
    }

    @Test
    void theDefaultPresetStandsInForPresetAndFile() {
        assertThat(Cli.run(bytes("/.env\n/x\n"), "eval", "--rule", "/x=write").lines())
                .containsExactly(
                        "{\"path\":\"/.env\",\"level\":\"none\",\"rule\":4}",
                        "{\"path\":\"/x\",\"level\":\"write\",\"rule\":9}");
    }

    @Test
    void pathsThatRulesCannotDecideFailTheCommandAndNotTheOthers() {
        Cli.Outcome outcome = Cli.run(bytes("/a/../b\n/c\n"), "eval", "--preset", "read-only");

        assertThat(outcome.lines()).containsExactly("{\"path\":\"/c\",\"level\":\"read\",\"rule\":0}");
        assertThat(outcome.err()).contains("/a/../b: ").contains("\"..\"");
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void noInputIsNoOutput() {
        assertThat(Cli.run("eval")).isEqualTo(new Cli.Outcome(0, "", ""));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
