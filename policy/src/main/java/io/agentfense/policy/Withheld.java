package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Rules under which some paths, and what lies below them, have the level none whatever other rules say. Stateless. */
public final class Withheld {
    /** Of the rules that are added; no other has it. */
    private static final int ABOVE_ALL = Integer.MAX_VALUE;

    private static final Rule EVERYTHING = Rule.of("/**", Level.NONE, ABOVE_ALL);

    private Withheld() {}

    /**
     * The rules with one more for each path, behind them, so that the others keep their indexes. A path that no rule can name
     * (it is longer than a pattern may be) is withheld with the directory that it lies in; so are paths for which there is no
     * room within {@link Policy#MAX_RULES}. In a name that is not UTF-8 any byte may stand for one that is not, so that a
     * sibling is withheld with it rather than the name shown.
     *
     * @param rules those of a policy that compiles
     * @param paths bytes from the workspace's root, without slashes at their ends; literally, whatever characters they hold
     * @return rules of a policy that compiles
     */
    public static List<Rule> over(List<Rule> rules, Collection<byte[]> paths) {
        return over(rules, paths, List.of());
    }

    /**
     * The same, with what has one of some names withheld wherever it lies or would come to lie.
     *
     * @param names letters, digits and dots
     */
    public static List<Rule> over(List<Rule> rules, Collection<byte[]> paths, Collection<String> names) {
        if (paths.isEmpty() && names.isEmpty()) {
            return rules;
        }
        List<Rule> all = new ArrayList<>(below(rules));
        names.forEach(name -> all.add(Rule.of("/**/" + name, Level.NONE, ABOVE_ALL)));
        for (String path : joined(paths, Policy.MAX_RULES - all.size())) {
            all.add(rule(path));
        }
        // For a policy that is full there is no room for any.
        return all.size() > Policy.MAX_RULES || all.size() == rules.size() ? List.of(EVERYTHING) : List.copyOf(all);
    }

    /** The same rules in the same order of priorities, all of which are less than ours. */
    private static List<Rule> below(List<Rule> rules) {
        if (rules.stream().noneMatch(rule -> rule.priority() == ABOVE_ALL)) {
            return rules;
        }
        Map<Integer, Integer> places = new HashMap<>();
        rules.stream().map(Rule::priority).distinct().sorted().forEach(each -> places.put(each, places.size()));
        return rules.stream()
                .map(rule -> new Rule(
                        rule.pattern(),
                        rule.permission(),
                        rule.type(),
                        places.getOrDefault(rule.priority(), 0),
                        rule.mask()))
                .toList();
    }

    /** At most so many paths that are these or hold them: the deepest are joined first. A byte is a character. */
    private static Collection<String> joined(Collection<byte[]> paths, int most) {
        TreeSet<String> left = new TreeSet<>();
        paths.forEach(path -> left.add(fitting(new String(path, ISO_8859_1))));
        while (left.size() > most && !left.equals(new TreeSet<>(List.of("")))) {
            int deepest = left.stream().mapToInt(Withheld::depth).max().orElse(0);
            List<String> deep =
                    left.stream().filter(path -> depth(path) == deepest).toList();
            left.removeAll(deep);
            deep.forEach(path -> left.add(parent(path)));
        }
        return left;
    }

    private static String fitting(String path) {
        String at = path;
        while (rule(at).pattern().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > PatternParser.MAX_BYTES) {
            at = parent(at);
        }
        return at;
    }

    private static int depth(String path) {
        return path.isEmpty() ? 0 : 1 + (int) path.chars().filter(c -> c == '/').count();
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static Rule rule(String path) {
        byte[] bytes = path.getBytes(ISO_8859_1);
        if (bytes.length == 0) {
            return EVERYTHING;
        }
        return PathText.isUtf8(bytes)
                ? new Rule("/" + PathText.of(bytes), Level.NONE, PatternType.FILE, ABOVE_ALL)
                : new Rule("/" + glob(PathText.of(bytes)), Level.NONE, PatternType.GLOB, ABOVE_ALL);
    }

    /** A pattern that takes a path's characters literally, and a wildcard for each byte that is none. */
    private static String glob(String text) {
        StringBuilder glob = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c)) {
                glob.append('?');
            } else {
                boolean special = c < 128 && c != '/' && !Character.isLetterOrDigit(c) && c >= ' ';
                glob.append(special ? "\\" : "").appendCodePoint(c);
            }
        });
        return glob.toString();
    }
}
