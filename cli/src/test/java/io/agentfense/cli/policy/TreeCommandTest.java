package io.agentfense.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code policy tree} says of each vector's tree just what the model says. */
class TreeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path VECTORS =
            Path.of("../policy/src/test/resources/io/agentfense/policy/policy-vectors.json");

    @TempDir
    private Path scratch;

    static Stream<Arguments> cases() throws IOException {
        return JSON.readTree(VECTORS.toFile())
                .get("cases")
                .valueStream()
                .map(each -> Arguments.argumentSet(each.get("name").asText(), each));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void showsWhatTheModelSays(JsonNode each) throws IOException {
        Path base = Files.createDirectory(scratch.resolve("base"));
        for (JsonNode path : each.get("tree")) {
            Path file = base.resolve(path.asText().substring(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, "content");
        }
        Path rules = scratch.resolve("rules.json");
        Files.writeString(rules, each.get("rules").toString());

        Cli.Outcome result = Cli.run("tree", base.toString(), "--rules", rules.toString(), "--json");

        assertThat(JSON.readTree(result.out()).get("visible")).isEqualTo(each.get("visible"));
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aFileWithAHiddenNameIsHiddenByAllItsNames() throws IOException {
        Path hidden = Files.writeString(scratch.resolve("a.key"), "secret");
        Files.createLink(scratch.resolve("b.txt"), hidden);

        Cli.Outcome result = Cli.run("tree", scratch.toString(), "--preset", "agent-safe");

        assertThat(result.out()).isEmpty();
    }
}
