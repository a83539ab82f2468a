package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rules and paths from so few characters that they often meet. */
final class RandomPolicies {
    private static final String[] SEGMENTS = {
        "a",
        "b",
        "ab",
        "ba",
        "a.b",
        "é",
        "aé",
        "😀",
        "*",
        "**",
        "**",
        "?",
        "??",
        "*a",
        "a*",
        "*a*",
        "a*b",
        "*.b",
        "[ab]",
        "[!a]",
        "[^b]*",
        "[a-c]?",
        "[]a]",
        "[a-]*",
        "[é-😀]",
        "{a,b}",
        "{a*,?b}",
        "{,a}b",
        "x{a,b}*",
        "{é,[ab]}*",
        "a\\*",
        "\\*",
        "\\?a",
        "\\[a]",
        "\\{a,b}",
        ".",
        "",
        "*é",
        "?*?",
        "*{a,b}*"
    };
    private static final byte[][] NAMES = {
        utf8("a"),
        utf8("b"),
        utf8("ab"),
        utf8("ba"),
        utf8("aab"),
        utf8("a.b"),
        utf8("c"),
        utf8("é"),
        utf8("aé"),
        utf8("éa"),
        utf8("😀"),
        utf8("a😀"),
        utf8("*"),
        utf8("a*"),
        utf8("?a"),
        utf8("[a]"),
        utf8("{a,b}"),
        utf8("]"),
        utf8("-b"),
        raw("\u00ff"),
        raw("a\u00c3"),
        raw("\u00c3b"),
        raw("\u00e2\u0082"),
        raw("\u00e2\u0082a"),
        raw("\u00c0\u00af"),
        raw("\u00ed\u00a0\u0080"),
        raw("\u00f4\u0090\u0080\u0080"),
        raw("\u00a9"),
        raw("\u00e0\u0080\u00af"),
        raw("\u00f0\u0080\u0080\u00af"),
        raw("\u00f0\u009f\u0098\u00c3\u00a9")
    };

    private RandomPolicies() {}

    static List<Rule> rules(Random random) {
        List<Rule> rules = new ArrayList<>();
        int size = random.nextInt(14);
        while (rules.size() < size) {
            Rule rule = rule(random);
            boolean again = !rules.isEmpty() && random.nextInt(4) == 0;
            rules.add(again ? sameAs(rules.get(random.nextInt(rules.size())), rule) : rule);
        }
        return rules;
    }

    static byte[] path(Random random) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (int depth = random.nextInt(6); depth > 0; depth--) {
            path.write('/');
            path.writeBytes(Seeds.oneOf(random, NAMES));
        }
        return path.toByteArray();
    }

    private static Rule rule(Random random) {
        PatternType type = Seeds.oneOf(
                random, PatternType.GLOB, PatternType.GLOB, PatternType.GLOB, PatternType.DIRECTORY, PatternType.FILE);
        int priority = Seeds.oneOf(random, 0, 0, 0, 0, 1, -1, Integer.MIN_VALUE);
        return new Rule(pattern(random), Seeds.oneOf(random, Level.values()), type, priority);
    }

    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder(random.nextBoolean() ? "/" : "");
        for (int depth = random.nextInt(4); depth >= 0; depth--) {
            pattern.append(Seeds.oneOf(random, SEGMENTS)).append(depth > 0 ? "/" : "");
        }
        pattern.append(random.nextInt(5) == 0 ? "/" : "");
        return pattern.isEmpty() ? "/" : pattern.toString();
    }

    private static Rule sameAs(Rule earlier, Rule other) {
        return new Rule(earlier.pattern(), other.permission(), earlier.type(), earlier.priority());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] raw(String bytes) {
        return bytes.getBytes(ISO_8859_1);
    }
}
