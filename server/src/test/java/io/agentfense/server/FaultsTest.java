package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** FAULTS.md, beside the sources of these tests, names no test that does not exist. */
class FaultsTest {
    private static final Pattern NAME = Pattern.compile("`(?:(\\w+)/)?(\\w+Test)(?:\\.(\\w+))?`");

    private static String document() throws IOException {
        return Files.readString(Path.of("src/test/FAULTS.md"));
    }

    private static boolean exists(MatchResult name) {
        String module = name.group(1) == null ? "server" : name.group(1);
        String method = name.group(3);
        try (Stream<Path> sources = Files.find(
                Path.of("..", module, "src/test/java"), 20, (path, _) -> path.endsWith(name.group(2) + ".java"))) {
            return sources.anyMatch(source -> method == null || tests(source, method));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean tests(Path source, String method) {
        try {
            String text = Files.readString(source);
            int at = text.indexOf(" void " + method + "(");
            String before = at < 0 ? "" : text.substring(text.lastIndexOf("\n\n", at), at);
            return before.contains("@Test") || before.contains("@ParameterizedTest");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        List<MatchResult> names = NAME.matcher(document()).results().toList();
        assertThat(names).hasSizeGreaterThan(100);
        assertThat(names.stream().filter(name -> !exists(name)).map(MatchResult::group))
                .isEmpty();
    }

    @Test
    void everyFaultHasATest() throws IOException {
        List<String> rows = document()
                .lines()
                .filter(line -> line.startsWith("| ")
                        && !line.contains("| caught by |")
                        && !line.contains("| claimed here by |"))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(60)
                .allMatch(row -> NAME.matcher(row).find());
    }
}
