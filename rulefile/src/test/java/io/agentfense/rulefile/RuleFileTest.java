package io.agentfense.rulefile;

import static io.agentfense.policy.PatternType.DIRECTORY;
import static io.agentfense.policy.PatternType.FILE;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentfense.policy.Level;
import io.agentfense.policy.Presets;
import io.agentfense.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleFileTest {
    private static final List<Rule> THREE = List.of(
            Rule.of("**/*", Level.NONE),
            new Rule("/src", Level.READ, DIRECTORY, -5),
            new Rule("/out/x: y.txt", Level.WRITE, FILE, 2147483647));

    @Test
    void yamlListsAreRead() throws RuleFileException {
        String yaml = """
                # a comment
                - pattern: "**/*"
                  permission: none
                - {pattern: /src, type: directory, priority: -5}
                - pattern: '/out/x: y.txt'
                  permission: write
                  type: file
                  priority: "2147483647"
                """;

        assertThat(parse("rules.yaml", yaml)).isEqualTo(THREE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules.json", "rules.yaml", "/dev/fd/63"})
    void jsonIsReadWhateverTheFileIsCalled(String file) throws RuleFileException {
        String json = """
                [{"pattern": "**/*", "permission": "none"},
                 {"pattern": "/src", "type": "directory", "priority": "-5"},
                 {"pattern": "/out/x: y.txt", "permission": "write", "type": "file", "priority": 2147483647}]
                """;

        assertThat(parse(file, json)).isEqualTo(THREE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "preset: read-only\nrules:\n- pattern: /a\n",
                "rules:\n- pattern: /a\npreset: read-only\n",
                "{\"rules\": [{\"pattern\": \"/a\"}], \"preset\": \"read-only\"}",
                "\ufeff{\"preset\": \"read-only\", \"rules\": [{\"pattern\": \"/a\"}]}",
            })
    void presetComesFirstWhereverItIsWritten(String text) throws RuleFileException {
        List<Rule> expected = new ArrayList<>(Presets.of("read-only"));
        expected.add(Rule.of("/a", Level.READ));

        assertThat(parse("rules", text)).isEqualTo(expected);
    }

    @Test
    void emptyListsAreNoRules() throws RuleFileException {
        assertThat(parse("r.yaml", "[]")).isEmpty();
        assertThat(parse("r.json", "{\"rules\": []}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "r.yaml | - pattern: /a~  permision: read | 2:3: unknown key 'permision': did you mean 'permission'?",
                "r.yaml | - pattern: /a~- pattern: /b~  permission: raed | 3:15: unknown level 'raed': did you mean 'read'?",
                "r.yaml | - pattern: /a~  type: folder | 2:9: unknown type 'folder': use one of glob, directory, file",
                "r.yaml | - pattern: /a~  pattern: /b | 2:3: the key 'pattern' a second time",
                "r.yaml | - permission: none | 1:3: a rule without a pattern",
                "r.yaml | - pattern: /ok~- pattern: '**.py' | 2:12: rule 1, pattern \"**.py\": \"**\" must be a whole segment",
                "r.yaml | - pattern: 12 | 1:12: pattern must be a string; put it in quotes",
                "r.yaml | - pattern: | 1:11: rule 0, pattern \"\": it is empty",
                "r.yaml | - pattern: null | pattern must be a string",
                "r.yaml | - pattern: /a~  priority: 2147483648 | 2:13: priority must be an integer from -2147483648",
                "r.yaml | - pattern: /a~  priority: high | 2:13: priority must be an integer",
                "r.yaml | - pattern: /a~  priority: 1.5 | 2:13: priority must be an integer",
                "r.yaml | - *.md | put a pattern that begins with * or & in quotes",
                "r.yaml | - pattern: *.md | 1:13: aliases and anchors are not read",
                "r.yaml | - &x pattern: /a~- *x | aliases and anchors are not read",
                "r.yaml | - pattern: **/*.md | 1:",
                "r.yaml | - pattern: /a~---~- pattern: /b | 3:1: a second document",
                "r.yaml | preset: agent_safe | 1:9: unknown preset 'agent_safe': did you mean 'agent-safe'?",
                "r.yaml | preset: read-only~rule: [] | 2:1: unknown key 'rule': did you mean 'rules'?",
                "r.yaml | rules: {} | 1:8: rules must be a list",
                "r.yaml | hello | 1:1: a rule file must be a list of rules",
                "r.yaml | - - pattern: /a | 1:3: a rule must be a mapping",
                "r.yaml | - pattern: [/a | r.yaml:",
                "r.yaml | ~~ | 1:1: it is empty; write [] for an empty list",
                "r.yaml | # only~# comments | 1:1: it is empty",
                "r.json | [{\"pattern\": \"/a\"}] [] | 1:21: a second document",
                "r.json | [{\"pattern\": \"/a\",}] | r.json:1:",
                "r.json | [{\"pattern\": \"/a\"} | r.json:1:",
                "r.json | [{\"pattern\": \"/a\", \"pattern\": \"/b\"}] | 1:20: the key 'pattern' a second time",
                "r.json | [{\"pattern\": null}] | 1:14: pattern must be a string",
                "r.json | // no comments~[] | r.json:1:",
            })
    void whatIsWrongIsNamedWhereItIs(String file, String text, String message) {
        assertThatExceptionOfType(RuleFileException.class)
                .isThrownBy(() -> parse(file, text.replace('~', '\n')))
                .withMessageContaining(message)
                .withMessageStartingWith(file + ":")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void otherEncodingsAreRefusedWhereTheyBegin() {
        byte[] latin1 = {'-', ' ', 'p', ':', '\n', '-', ' ', (byte) 0xe9, ' '};

        assertThatExceptionOfType(RuleFileException.class)
                .isThrownBy(() -> RuleFile.parse("r.yaml", latin1))
                .withMessage("r.yaml:2:3: not UTF-8 from here on; save the file as UTF-8");
        assertThatExceptionOfType(RuleFileException.class)
                .isThrownBy(() -> RuleFile.parse("r.yaml", "- pattern: /a".getBytes(UTF_16)))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void nestingIsBounded() {
        for (String text : List.of("[".repeat(100_000), "{\"rules\":".repeat(100_000), "- ".repeat(100_000))) {
            assertThatExceptionOfType(RuleFileException.class).isThrownBy(() -> parse("r.yaml", text));
            assertThatExceptionOfType(RuleFileException.class).isThrownBy(() -> parse("r.json", text));
        }
    }

    @Test
    void theLargestPolicyFits() throws RuleFileException {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            yaml.append("- pattern: /").append("x".repeat(900)).append(i).append('\n');
        }

        assertThat(parse("r.yaml", yaml.toString())).hasSize(10_000);
    }

    private static List<Rule> parse(String file, String text) throws RuleFileException {
        return RuleFile.parse(file, text.getBytes(UTF_8));
    }
}
