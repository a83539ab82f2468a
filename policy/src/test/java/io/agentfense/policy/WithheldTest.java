package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithheldTest {
    private static final int HIGHEST = Integer.MAX_VALUE;

    private static Policy over(List<Rule> rules, byte[]... paths) throws PolicyException {
        return Policy.compile(Withheld.over(rules, List.of(paths)));
    }

    private static byte[] bytes(String path) {
        return path.getBytes(UTF_8);
    }

    @Test
    void noRuleGivesAWithheldPathBack() throws Exception {
        List<Rule> rules = List.of(
                Rule.of("/**", Level.WRITE, HIGHEST),
                new Rule("/a/key", Level.WRITE, PatternType.FILE, HIGHEST),
                new Rule("/a/key", Level.WRITE, PatternType.DIRECTORY, HIGHEST),
                Rule.of("/a/key", Level.WRITE, HIGHEST));
        Policy policy = over(rules, bytes("a/key"));
        assertThat(policy.evaluate(bytes("a/key"))).isEqualTo(Level.NONE);
        assertThat(policy.evaluate(bytes("a/key/below"))).isEqualTo(Level.NONE);
        assertThat(policy.evaluate(bytes("a/key2"))).isEqualTo(Level.WRITE);
        assertThat(policy.evaluate(bytes("a"))).isEqualTo(Level.WRITE);
    }

    @Test
    void theOtherRulesKeepTheirOrderAndIndexes() throws Exception {
        List<Rule> rules = List.of(
                Rule.of("/**", Level.READ, -5),
                Rule.of("/out/**", Level.WRITE, HIGHEST),
                Rule.of("/out/x", Level.VIEW, Integer.MIN_VALUE));
        Policy before = Policy.compile(rules);
        Policy after = over(rules, bytes("key"));
        for (String path : List.of("a", "out/x", "out/y")) {
            assertThat(after.evaluate(bytes(path))).as(path).isEqualTo(before.evaluate(bytes(path)));
            assertThat(after.locate(bytes(path)).rule())
                    .as(path)
                    .isEqualTo(before.locate(bytes(path)).rule());
        }
        assertThat(after.locate(bytes("key")).rule()).isEqualTo(3);
    }

    @Test
    void namesAreTakenLiterally() throws Exception {
        List<Rule> rules = List.of(Rule.of("/**", Level.READ));
        for (String name :
                List.of("*", "a*b", "[ab]", "{a,b}", "?", "\\", "a\\*", "new\nline", "**", "!x", " ", "ä€")) {
            Policy policy = over(rules, bytes("d/" + name));
            assertThat(policy.evaluate(bytes("d/" + name))).as(name).isEqualTo(Level.NONE);
            assertThat(policy.evaluate(bytes("d/axb"))).as(name).isEqualTo(Level.READ);
            assertThat(policy.evaluate(bytes("d/a"))).as(name).isEqualTo(Level.READ);
        }
    }

    @Test
    void aNameIsWithheldWhereverItLies() throws Exception {
        List<Rule> rules = List.of(Rule.of("/**", Level.WRITE, HIGHEST));
        Policy policy = Policy.compile(Withheld.over(rules, List.of(), List.of(".agentignore")));
        for (String path : List.of(".agentignore", "a/.agentignore", "a/b/.agentignore", ".agentignore/below")) {
            assertThat(policy.evaluate(bytes(path))).as(path).isEqualTo(Level.NONE);
        }
        for (String path : List.of("agentignore", "a.agentignore", ".agentignore2")) {
            assertThat(policy.evaluate(bytes(path))).as(path).isEqualTo(Level.WRITE);
        }
    }

    @Test
    void aNameThatIsNotUtf8IsWithheldAndOnlyItsLikes() throws Exception {
        List<Rule> rules = List.of(Rule.of("/**", Level.READ));
        byte[] name = {'d', '/', '*', (byte) 0xff, '['};
        Policy policy = over(rules, name);
        assertThat(policy.evaluate(name)).isEqualTo(Level.NONE);
        assertThat(policy.evaluate(bytes("d/xy["))).isEqualTo(Level.READ);
        assertThat(policy.evaluate(bytes("d/*ab["))).isEqualTo(Level.READ);
    }

    @Test
    void aPathThatNoRuleCanNameIsWithheldWithItsDirectory() throws Exception {
        List<Rule> rules = List.of(Rule.of("/**", Level.READ));
        byte[] deep = bytes("a/" + "deep/".repeat(1000) + "key");
        assertThat(over(rules, deep).evaluate(deep)).isEqualTo(Level.NONE);
        assertThat(over(rules, deep).evaluate(bytes("b"))).isEqualTo(Level.READ);
    }

    @Test
    void moreThanAPolicyHoldsAreWithheldWithTheirDirectories() throws Exception {
        List<Rule> rules =
                List.of(Rule.of("/**", Level.READ), new Rule("/many/of/7", Level.WRITE, PatternType.FILE, HIGHEST));
        List<byte[]> paths = new ArrayList<>();
        for (int i = 0; i < Policy.MAX_RULES + 5; i++) {
            paths.add(bytes("many/of/" + i));
        }
        paths.add(bytes("one"));
        Policy policy = Policy.compile(Withheld.over(rules, paths));
        assertThat(paths).allSatisfy(path -> assertThat(policy.evaluate(path)).isEqualTo(Level.NONE));
        assertThat(policy.evaluate(bytes("many/x"))).isEqualTo(Level.READ);
        assertThat(policy.evaluate(bytes("one2"))).isEqualTo(Level.READ);
    }

    @Test
    void aFullPolicyWithholdsEverything() throws Exception {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < Policy.MAX_RULES; i++) {
            rules.add(Rule.of("/" + i, Level.READ));
        }
        assertThat(over(rules, bytes("1")).evaluate(bytes("2"))).isEqualTo(Level.NONE);
    }
}
