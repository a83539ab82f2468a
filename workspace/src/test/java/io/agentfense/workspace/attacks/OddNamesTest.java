package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Class F: a name is its bytes, whatever they look like, and is judged by them and by nothing else. */
@ParameterizedClass
@EnumSource(
        value = Setting.class,
        names = {"ROOT_DELTA", "ROOT_DIRECT_STRICT", "OWN_DELTA"})
class OddNamesTest {
    private static final List<Rule> RULES = List.of(
            Rule.of("/**", Level.WRITE),
            Rule.of("**/.env", Level.NONE, 100),
            Rule.of("**/caf\u00e9", Level.NONE, 100),
            new Rule("/stars/[a]", Level.NONE, PatternType.FILE, 100),
            Rule.of("/stars/\\*", Level.NONE, 100));

    /** Some that break logs, terminals, globs, options, or a decoder; all as the probe writes bytes. */
    private static final List<String> ODD = List.of(
            "\\x0a",
            "a\\x0ab",
            "\\x1b[31mred",
            "quote\"'`$(x)",
            "\\x20",
            "-rf",
            "\\xff",
            "\\xff\\xfe",
            "\\xc3",
            "\\xc3\\x28",
            "\\xe2\\x80\\xae",
            "\\x80",
            "[a]",
            "**",
            "?",
            "\\x5c",
            "{a,b}",
            "...",
            "~",
            "#");

    @Parameter
    Setting setting;

    private Guarded tree;

    @BeforeEach
    void mount() throws IOException {
        tree = Guarded.over(setting, RULES, base -> {
            Treasury.file(base, ".env", Treasury.CANARY);
            Treasury.file(base, "caf\u00e9", Treasury.CANARY);
            Treasury.file(base, "cafe\u0301", "the accent is a character of its own");
            Treasury.file(base, "dir/.env", Treasury.CANARY);
            Treasury.file(base, "stars/*", Treasury.CANARY);
            Treasury.file(base, "stars/[a]", Treasury.CANARY);
            Treasury.file(base, "stars/a", "a");
            Treasury.file(base, "stars/b", "b");
            Shell.sh(base, "printf x > \"$(printf 'low\\377er')\"");
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private String tell(String operation) {
        String answer = tree.tell(operation);
        assertThat(answer).as(operation).doesNotContain(Treasury.CANARY);
        return answer;
    }

    @Test
    void otherSpellingsAreOtherNames() {
        for (String name : List.of(".ENV", ".Env", "dir/.eNv", "CAF\\xc3\\xa9")) {
            assertThat(tell("cat " + name)).isEqualTo("ENOENT");
            assertThat(tell("try " + name + " WRONLY|CREAT")).as(name).isEqualTo("OK");
            assertThat(tell("cat " + name)).isEqualTo("OK ");
        }
        assertThat(tell("cat .env")).isEqualTo("ENOENT");
        assertThat(tell("try .env WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("cat caf\\xc3\\xa9")).isEqualTo("ENOENT");
        assertThat(tell("cat cafe\\xcc\\x81")).startsWith("OK the");
    }

    @Test
    void everyNameIsMadeFoundMovedAndRemovedByItsBytes() throws IOException {
        for (String name : ODD) {
            assertThat(tell("try dir/" + name + " WRONLY|CREAT|EXCL")).as(name).isEqualTo("OK");
            assertThat(tell("put dir/" + name + " content")).isEqualTo("OK");
        }
        tree.remount();
        assertThat(tell("count dir")).isEqualTo("OK " + ODD.size() + " " + ODD.size());
        for (String name : ODD) {
            assertThat(tell("cat dir/" + name)).as(name).isEqualTo("OK content");
            assertThat(tell("rename dir/" + name + " stars/" + name + "x"))
                    .as(name)
                    .isEqualTo("OK");
            assertThat(tell("lstat dir/" + name)).isEqualTo("ENOENT");
            assertThat(tell("unlink stars/" + name + "x")).as(name).isEqualTo("OK");
        }
        assertThat(tell("ls dir")).isEqualTo("OK");
        assertThat(tell("cat low\\xffer")).isEqualTo("OK x");
        assertThat(tell("cat low\\xfeer")).isEqualTo("ENOENT");
        assertThat(tell("unlink low\\xffer")).isEqualTo("OK");
    }

    @Test
    void charactersOfPatternsInNamesMeanThemselves() {
        assertThat(tell("ls stars")).isEqualTo("OK a b");
        assertThat(tell("cat stars/*")).isEqualTo("ENOENT");
        assertThat(tell("cat stars/[a]")).isEqualTo("ENOENT");
        assertThat(tell("cat stars/a")).isEqualTo("OK a");
        assertThat(tell("try stars/* WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("try stars/** WRONLY|CREAT")).isEqualTo("OK");
    }

    @Test
    void theLongestNameIsMadeAndRemovedAndALongerOneIsNot() {
        String longest = "n".repeat(255);
        for (String act : List.of("try %s WRONLY|CREAT", "mkdir %s", "symlink x %s", "link stars/a %s")) {
            assertThat(tell(act.formatted(longest))).isEqualTo("OK");
            assertThat(tell("rename " + longest + " " + "m".repeat(255))).isEqualTo("OK");
            String remove = act.startsWith("mkdir") ? "rmdir " : "unlink ";
            assertThat(tell(remove + "m".repeat(255))).isEqualTo("OK");
            assertThat(tell(act.formatted(longest + "n"))).isEqualTo("ENAMETOOLONG");
        }
        assertThat(tell("lstat " + "n".repeat(256))).isEqualTo("ENAMETOOLONG");
    }

    /** Two thousand directories deep with long names: far beyond what one path can name. */
    @Test
    void aTreeDeeperThanAnyPathIsServed() throws IOException {
        String name = "d".repeat(20);
        assertThat(tell("mkdir deep")).isEqualTo("OK");
        assertThat(tell("open d deep RDONLY|DIRECTORY")).isEqualTo("OK");
        for (int i = 0; i < 1000; i++) {
            assertThat(tell("mkdir d:" + name)).as("level " + i).isEqualTo("OK");
            assertThat(tell("open d d:" + name + " RDONLY|DIRECTORY")).isEqualTo("OK");
        }
        assertThat(tell("try d:file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("put d:file bottom")).isEqualTo("OK");
        assertThat(tell("cat d:file")).isEqualTo("OK bottom");
        assertThat(tell("try d:.env WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("ls d:")).isEqualTo("OK file");
        assertThat(tree.run(List.of("rm", "-rf", "deep")).exitCode()).isZero();
        assertThat(tell("lstat deep")).isEqualTo("ENOENT");
    }
}
