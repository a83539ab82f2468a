package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentfense run} and what follows it, from the rule to the landed change, as processes. */
class RunCommandTest {
    @TempDir
    private Path scratch;

    private Path base;
    private Agentfense agentfense;

    @BeforeEach
    void prepare() throws IOException {
        agentfense = new Agentfense(scratch.resolve("state"));
        base = Files.createDirectories(scratch.resolve("base"));
        Files.createDirectories(base.resolve("src"));
        Files.writeString(base.resolve(".env"), "TOKEN=canary-1");
        Files.writeString(base.resolve("src/app.py"), "print()\n");
    }

    private JsonNode json(String... command) throws Exception {
        String[] arguments = new String[command.length + 4];
        System.arraycopy(new String[] {"run", "--json", base.toString(), "--"}, 0, arguments, 0, 4);
        System.arraycopy(command, 0, arguments, 4, command.length);
        Ended ended = agentfense.run(arguments);
        return new ObjectMapper().readTree(ended.out());
    }

    @Test
    void aSecretIsNotThereAndTheAttemptIsTold() throws Exception {
        JsonNode document = json("sh", "-c", "cat .env; ls -A; echo done >&2");

        assertThat(document.get("exit_code").asInt()).isZero();
        assertThat(document.toString()).doesNotContain("canary-1");
        assertThat(document.get("stdout").asText()).doesNotContain(".env").contains("src");
        assertThat(document.get("stderr").asText())
                .contains("No such file or directory")
                .endsWith("done\n");
        JsonNode denial = document.get("denials").get(0);
        assertThat(denial.get("path").asText()).isEqualTo("/.env");
        assertThat(denial.get("permission").asText()).isEqualTo("none");
        assertThat(denial.get("rule").asInt()).isPositive();
    }

    @Test
    void changesGoToADeltaThatCanBeShownAndApplied() throws Exception {
        JsonNode document = json("sh", "-c", "echo result > output/r.txt");
        String id = document.get("delta_id").asText();

        assertThat(base.resolve("output")).doesNotExist();
        assertThat(document.get("changes").toString()).contains("/output/r.txt");
        assertThat(agentfense.run("diff", id).out())
                .contains("+++ b/output/r.txt")
                .contains("+result");
        assertThat(agentfense.run("diff", id, "--stat").out())
                .isEqualTo(" output/r.txt |   1 +\n 1 file changed, 1 insertion(+)\n");
        assertThat(agentfense.run("ls").out()).contains(id);
        assertThat(agentfense.run("apply", id).exitCode()).isZero();
        assertThat(base.resolve("output/r.txt")).hasContent("result");
        assertThat(agentfense.run("diff", id).exitCode()).isEqualTo(3);
    }

    @Test
    void aMaskedFileIsEditedUnseenAndWhatDoesNotLandIsToldWithItsReason() throws Exception {
        Path env = Files.writeString(base.resolve(".env"), "DB_PASSWORD=hunter2\nNAME=app\n");
        String[] masked = {
            "run", "--apply", "--preset", "full-access", "--rule", "/.env=write+mask@200", base.toString()
        };
        String[] edit = {"--", "sh", "-c", "cat .env; sed -i s/app/other/ .env"};
        Ended edited = agentfense.run(concat(masked, edit));
        assertThat(edited.out()).contains("DB_PASSWORD=AF_MASK_").doesNotContain("hunter2");
        assertThat(env).hasContent("DB_PASSWORD=hunter2\nNAME=other\n");
        Ended refused = agentfense.run(concat(masked, new String[] {"--", "sed", "-i", "s/DB_PASSWORD/NOTE/", ".env"}));
        assertThat(refused.err()).contains("refused: .env: a secret would not be masked");
        assertThat(env).hasContent("DB_PASSWORD=hunter2\nNAME=other\n");
    }

    private static String[] concat(String[] first, String[] second) {
        return Stream.concat(Stream.of(first), Stream.of(second)).toArray(String[]::new);
    }

    @Test
    void sourcesStayAsTheyAre() throws Exception {
        json("sh", "-c", "echo x >> src/app.py; rm src/app.py; mv src src2; ln -sf /etc/passwd src/app.py");

        assertThat(base.resolve("src/app.py")).hasContent("print()");
        try (var names = Files.list(base)) {
            assertThat(names.map(path -> path.getFileName().toString()).sorted())
                    .containsExactly(".env", "src");
        }
    }

    @Test
    void exitCodesAreTheCommandsOrTellWhatWasWrong() throws Exception {
        String dir = base.toString();
        assertThat(agentfense
                        .run("run", "--discard", dir, "--", "sh", "-c", "exit 42")
                        .exitCode())
                .isEqualTo(42);
        assertThat(agentfense
                        .run("run", "--discard", dir, "--", "no-such-program")
                        .exitCode())
                .isEqualTo(127);
        assertThat(agentfense
                        .run("run", "--discard", dir, "--", "/workspace/src/app.py")
                        .exitCode())
                .isEqualTo(126);
        assertThat(agentfense
                        .run("run", "--discard", "--timeout", "200ms", dir, "--", "sleep", "100")
                        .exitCode())
                .isEqualTo(124);
        assertThat(agentfense
                        .run("run", "--discard", dir, "--", "sh", "-c", "kill -9 $$")
                        .exitCode())
                .isEqualTo(137);
    }

    @Test
    void badInputSaysWhatToDo() throws Exception {
        String dir = base.toString();
        record Case(List<String> arguments, int exitCode, String advice) {}
        for (Case each : List.of(
                new Case(List.of("run", "--preset", "agent-save", dir, "--", "true"), 2, "agent-safe"),
                new Case(List.of("run", "--rule", "**/*=reed", dir, "--", "true"), 2, "read"),
                new Case(List.of("run", "--rule", "**.py=read", dir, "--", "true"), 2, "**/*.py"),
                new Case(List.of("run", dir + "-not", "--", "true"), 3, "does not exist"),
                new Case(List.of("mount", dir, dir), 2, "not empty"),
                new Case(List.of("mount", dir, dir + "/no"), 3, "mkdir"),
                new Case(List.of("diff", "nope"), 3, "agentfense ls"))) {
            Ended ended = agentfense.run(each.arguments.toArray(String[]::new));
            assertThat(ended.exitCode())
                    .as("%s: %s", each.arguments, ended.err())
                    .isEqualTo(each.exitCode);
            assertThat(ended.err()).contains(each.advice);
        }
    }

    @Test
    void aDiskLimitIsFeltInside() throws Exception {
        Ended ended = agentfense.run(
                "run",
                "--discard",
                "--disk",
                "1m",
                base.toString(),
                "--",
                "sh",
                "-c",
                "head -c 2000000 /dev/zero > output/big");

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.err()).contains("Disk quota exceeded");
    }

    @Test
    void aKilledRunLeavesTheCodebaseAndTheNextCommandCleansUp() throws Exception {
        Path err = scratch.resolve("err");
        Process process = agentfense.start(
                err, "run", base.toString(), "--", "sh", "-c", "echo half > output/half; echo ready; sleep 1000");
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        process.destroyForcibly().waitFor();

        assertThat(base.resolve("output")).doesNotExist();
        Ended next = agentfense.run("run", "--discard", base.toString(), "--", "true");
        assertThat(next.exitCode()).isZero();
        assertThat(next.err()).contains("cleared the mount that a killed process left");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(scratch.toString());
    }
}
