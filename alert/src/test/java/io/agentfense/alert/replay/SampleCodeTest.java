package io.agentfense.alert.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.rule.DefaultRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample of the requirements, as it stands there, runs on the lines of a log and says of each minute of denials what the
 * built-in rule says.
 */
class SampleCodeTest {
    private static final String AROUND = """
            import json, sys

            said = []

            def alert(**fields):
                said.append(fields)

            exec(open(sys.argv[1]).read())
            check_permission_denials([json.loads(line) for line in open(sys.argv[2])])
            for one in said:
                print(one["severity"], one["sandbox_id"], one["message"].split(": ")[1].split()[0])
            """;

    @TempDir
    Path directory;

    @Test
    void theSampleAndTheRuleAgree() throws Exception {
        Random random = new Random(1);
        int alerts = 0;
        for (int minute = 0; minute < 24; minute++) {
            int denials = minute < 20 ? 1 + random.nextInt(20) : 9 + (minute - 20);
            Path log = log(minute, denials, random);

            List<String> sample = sample(log);
            List<String> rule = rule(log);

            assertThat(rule).as("%d denials", denials).isEqualTo(sample).hasSize(denials > 10 ? 1 : 0);
            alerts += rule.size();
        }
        assertThat(alerts).isBetween(3, 21);
    }

    /** A minute in which denials are among other events. */
    private Path log(int minute, int denials, Random random) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < denials; i++) {
            String time = String.format("2026-02-03T10:%02d:%02dZ", minute, 59 * i / denials);
            if (random.nextBoolean()) {
                lines.add("{\"timestamp\": \"" + time + "\", \"event\": \"command_executed\", \"sandbox_id\": \"sb_"
                        + minute + "\", \"command\": \"python main.py\", \"exit_code\": 0, \"duration_ms\": 1250}");
            }
            lines.add(
                    "{\"timestamp\": \"" + time + "\", \"event\": \"permission_denied\", \"sandbox_id\": \"sb_" + minute
                            + "\", \"path\": \"/workspace/.env\", \"operation\": \"open\", \"permission\": \"none\","
                            + " \"user_id\": \"user_001\"}");
        }
        return Files.write(directory.resolve("minute-" + minute), lines);
    }

    /** The block of the page that defines the function, as it stands. */
    private Path block() throws IOException {
        String page = Files.readString(Path.of("../python/tests/security-best-practices.md"));
        int begin =
                page.lastIndexOf("```python\n", page.indexOf("def check_permission_denials")) + "```python\n".length();
        return Files.writeString(directory.resolve("block.py"), page.substring(begin, page.indexOf("```", begin)));
    }

    private List<String> sample(Path log) throws Exception {
        Path around = Files.writeString(directory.resolve("around.py"), AROUND);
        Process python = new ProcessBuilder("python3", around.toString(), block().toString(), log.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), UTF_8);
        assertThat(python.waitFor()).isZero();
        return said.lines().toList();
    }

    private static List<String> rule(Path log) throws IOException {
        List<AlertChange> changes = new ArrayList<>();
        Replay replay = new Replay(DefaultRules.ALL, changes::add);
        replay.read(log);
        return replay.open().stream()
                .map(alert -> alert.rule().severity().label() + " " + alert.sandboxId() + " " + alert.count())
                .toList();
    }
}
