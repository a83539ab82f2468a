package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The specification once more, as slow and plain as can be: every rule is matched against every path by backtracking
 * over characters, and the matching ones are compared. Shares no code with what it judges.
 */
final class ReferenceModel {
    private static final int INVALID_BYTE = 0x200000;

    private record Matching(int index, Rule rule, String normal, int kind) {}

    private ReferenceModel() {}

    /** Index of the rule that decides, or -1. */
    static int decide(List<Rule> rules, byte[] path) {
        List<int[]> names = split(path);
        List<Matching> matching = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            if (matches(rules.get(i), names)) {
                matching.add(describe(i, rules.get(i)));
            }
        }
        List<Matching> left = matching.stream()
                .filter(m -> matching.stream().noneMatch(later -> later.index > m.index && sameBut(m, later)))
                .toList();
        return left.stream()
                .max(Comparator.comparingInt((Matching m) -> m.rule.priority())
                        .thenComparingInt(m -> m.kind)
                        .thenComparingInt(m -> literalPrefix(m))
                        .thenComparingInt(m -> literals(m))
                        .thenComparingInt(m -> -depths(m))
                        .thenComparing(m -> m.rule.permission(), Comparator.reverseOrder())
                        .thenComparingInt(m -> m.index))
                .map(Matching::index)
                .orElse(-1);
    }

    private static boolean sameBut(Matching a, Matching b) {
        return a.kind == b.kind && a.normal.equals(b.normal) && a.rule.priority() == b.rule.priority();
    }

    private static Matching describe(int index, Rule rule) {
        String normal = normal(rule.pattern());
        boolean slash = rule.pattern().endsWith("/");
        int kind = switch (rule.type()) {
            case FILE -> 2;
            case DIRECTORY -> 1;
            case GLOB -> wildcardAt(normal) < normal.length() ? 0 : slash ? 1 : 2;
        };
        return new Matching(
                index, rule, kind == 0 && slash ? normal + "/" : kind > 0 ? plain(rule, normal) : normal, kind);
    }

    private static String plain(Rule rule, String normal) {
        return rule.type() == PatternType.GLOB ? normal.replaceAll("\\\\(.)", "$1") : normal;
    }

    private static int literalPrefix(Matching m) {
        String prefix = m.kind > 0
                ? m.normal
                : m.normal.substring(0, wildcardAt(m.normal)).replaceAll("\\\\(.)", "$1");
        String whole = m.kind == 0 && m.normal.endsWith("/") ? m.normal.substring(0, m.normal.length() - 1) : prefix;
        int limit = Math.min(prefix.length(), m.kind == 0 ? prefix.length() : whole.length());
        return prefix.codePointCount(0, limit);
    }

    private static int literals(Matching m) {
        String text = m.normal;
        if (m.kind == 0) {
            StringBuilder kept = new StringBuilder();
            boolean choice = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    kept.append(text.charAt(++i));
                } else if (c == '[') {
                    i = text.indexOf(']', i + (text.startsWith("[]", i) || text.startsWith("[!]", i) ? 2 : 1));
                } else if (c == '{') {
                    choice = true;
                } else if (choice && (c == '}' || c == ',')) {
                    choice = c == ',';
                } else if (c != '*' && c != '?') {
                    kept.append(c);
                }
            }
            text = kept.toString();
        }
        return (int) text.codePoints().filter(c -> c != '/').count();
    }

    private static int depths(Matching m) {
        return m.kind > 0
                ? 0
                : (int) Arrays.stream(m.normal.split("/")).filter("**"::equals).count();
    }

    private static int wildcardAt(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if ("*?[{".indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static String normal(String pattern) {
        List<String> names = Arrays.stream(pattern.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
        return "/" + String.join("/", names);
    }

    private static boolean matches(Rule rule, List<int[]> names) {
        boolean down = rule.permission() == Level.NONE
                || rule.type() == PatternType.DIRECTORY
                || (rule.type() == PatternType.GLOB && rule.pattern().endsWith("/"));
        for (int length = down ? 0 : names.size(); length <= names.size(); length++) {
            if (matchesExactly(rule, names.subList(0, length))) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesExactly(Rule rule, List<int[]> names) {
        String[] segments = normal(rule.pattern()).equals("/")
                ? new String[0]
                : normal(rule.pattern()).substring(1).split("/");
        return matchesFrom(segments, 0, names, 0, rule.type() == PatternType.GLOB);
    }

    private static boolean matchesFrom(String[] segments, int s, List<int[]> names, int n, boolean glob) {
        if (s == segments.length) {
            return n == names.size();
        }
        if (glob && segments[s].equals("**")) {
            return matchesFrom(segments, s + 1, names, n, true)
                    || (n < names.size() && matchesFrom(segments, s, names, n + 1, true));
        }
        return n < names.size()
                && nameMatches(segments[s], names.get(n), glob)
                && matchesFrom(segments, s + 1, names, n + 1, glob);
    }

    private static boolean nameMatches(String segment, int[] name, boolean glob) {
        int[] pattern = segment.codePoints().toArray();
        return glob ? matchesAt(pattern, 0, name, 0) : Arrays.equals(pattern, name);
    }

    private static boolean matchesAt(int[] p, int i, int[] name, int n) {
        if (i == p.length) {
            return n == name.length;
        }
        boolean more = n < name.length;
        return switch (p[i]) {
            case '*' -> matchesAt(p, i + 1, name, n) || (more && matchesAt(p, i, name, n + 1));
            case '?' -> more && matchesAt(p, i + 1, name, n + 1);
            case '\\' -> more && p[i + 1] == name[n] && matchesAt(p, i + 2, name, n + 1);
            case '[' -> more && classMatches(p, i, name[n]) && matchesAt(p, classEnd(p, i) + 1, name, n + 1);
            case '{' -> choiceMatches(p, i, name, n);
            default -> more && p[i] == name[n] && matchesAt(p, i + 1, name, n + 1);
        };
    }

    private static boolean choiceMatches(int[] p, int open, int[] name, int n) {
        int close = open;
        while (p[close] != '}') {
            close++;
        }
        int start = open + 1;
        for (int i = start; i <= close; i++) {
            if (p[i] == ',' || i == close) {
                int[] chosen = new int[i - start + p.length - close - 1];
                System.arraycopy(p, start, chosen, 0, i - start);
                System.arraycopy(p, close + 1, chosen, i - start, p.length - close - 1);
                if (matchesAt(chosen, 0, name, n)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private static int classEnd(int[] p, int open) {
        int i = open + 1 + (negated(p, open) ? 1 : 0) + 1;
        while (p[i] != ']') {
            i++;
        }
        return i;
    }

    private static boolean negated(int[] p, int open) {
        return p[open + 1] == '!' || p[open + 1] == '^';
    }

    private static boolean classMatches(int[] p, int open, int character) {
        boolean in = false;
        int end = classEnd(p, open);
        for (int i = open + 1 + (negated(p, open) ? 1 : 0); i < end; i++) {
            if (i + 2 < end && p[i + 1] == '-') {
                in |= p[i] <= character && character <= p[i + 2] && character < INVALID_BYTE;
                i += 2;
            } else {
                in |= p[i] == character;
            }
        }
        return in != negated(p, open);
    }

    /** The names of a path as code points; a byte that is in none as a number that no code point is. */
    private static List<int[]> split(byte[] path) {
        List<int[]> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > start) {
                    names.add(characters(Arrays.copyOfRange(path, start, i)));
                }
                start = i + 1;
            }
        }
        return names;
    }

    private static int[] characters(byte[] name) {
        List<Integer> characters = new ArrayList<>();
        for (int i = 0; i < name.length; ) {
            int length = 1;
            while (length <= 4 && i + length <= name.length && strict(name, i, length) == null) {
                length++;
            }
            String character = length <= 4 && i + length <= name.length ? strict(name, i, length) : null;
            characters.add(character == null ? INVALID_BYTE + name[i] : character.codePointAt(0));
            i += character == null ? 1 : length;
        }
        return characters.stream()
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static String strict(byte[] name, int start, int length) {
        CharBuffer character = CharBuffer.allocate(length);
        CoderResult result = UTF_8.newDecoder().decode(ByteBuffer.wrap(name, start, length), character, true);
        return result.isError() ? null : character.flip().toString();
    }
}
