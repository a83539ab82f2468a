package io.agentfense.workspace.delta;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A random codebase, random edits of it inside a sandbox, and a model of what the sandbox then sees: path to the same
 * lines as {@link HostTree#picture}. The model is a plain map and shares no code with what it checks.
 */
public final class RandomEdits {
    /** Names with spaces, newlines, escapes, bytes that are no UTF-8; hidden and read-only ones by {@link #RULES}. */
    private static final String[] NAMES = {
        "a",
        "b",
        "c d",
        "e\nf",
        "g\u00ff",
        "\u00c3\u00a9",
        ".h",
        "-i",
        "secret1",
        "secret2",
        "ro1",
        ".wh.a",
        "*",
        "\u001b[2J"
    };

    public static final List<Rule> RULES = List.of(
            Rule.of("**/*", Level.WRITE), Rule.of("**/ro*", Level.READ, 5), Rule.of("**/secret*", Level.NONE, 10));

    private final RandomGenerator random;
    private final Policy policy;
    private final Scene scene;
    private final SortedMap<String, String> base;
    private final SortedMap<String, String> seen = new TreeMap<>();

    public RandomEdits(RandomGenerator random, Path directory, List<Rule> rules) throws IOException {
        this.random = random;
        this.scene = new Scene(directory, rules, this::fill);
        this.policy = scene.policy();
        this.base = scene.base.picture(false);
        base.forEach((path, line) -> {
            if (level(path) != Level.NONE) {
                seen.put(path, line);
            }
        });
    }

    public Scene scene() {
        return scene;
    }

    /** What the sandbox sees. */
    public SortedMap<String, String> seen() {
        return new TreeMap<>(seen);
    }

    /** What the codebase must be once everything has landed: what the sandbox sees, and what it never saw. */
    public SortedMap<String, String> landed() {
        SortedMap<String, String> landed = seen();
        base.forEach((path, line) -> {
            if (level(path) == Level.NONE) {
                for (String at = path; !at.isEmpty(); at = parent(at)) {
                    landed.putIfAbsent(at, base.get(at));
                }
            }
        });
        return landed;
    }

    private void fill(HostTree tree) throws IOException {
        List<String> directories = new ArrayList<>(List.of(""));
        for (int i = random.nextInt(4, 40); i > 0; i--) {
            String path = join(pick(directories), pick(List.of(NAMES)));
            if (tree.exists(path)) {
                continue;
            }
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    tree.mkdir(path, random.nextBoolean() ? 0755 : 0700);
                    directories.add(path);
                }
                case 2 -> tree.link(path, pick(List.of(NAMES)));
                default -> tree.write(path, content(), random.nextBoolean() ? 0644 : 0755);
            }
        }
    }

    /** Makes some edits. */
    public void edit(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> write(fresh());
                case 2 -> makeDirectory(fresh());
                case 3 -> link(fresh());
                case 4 -> removeAny();
                case 5 -> changeMode();
                case 6 -> rewrite();
                default -> replace();
            }
        }
    }

    private void write(String path) throws IOException {
        if (isFree(path)) {
            String content = content();
            scene.inside.write(path, content);
            seen.put(path, "file 644 " + content);
        }
    }

    private void makeDirectory(String path) throws IOException {
        if (isFree(path) || isBare(path)) {
            scene.inside.mkdir(path);
            seen.put(path, "directory 755");
        }
    }

    private void link(String path) throws IOException {
        if (isFree(path)) {
            String target = pick(List.of(NAMES));
            scene.inside.link(path, target);
            seen.put(path, "link " + target);
        }
    }

    private void removeAny() throws IOException {
        if (!seen.isEmpty()) {
            remove(pick(List.copyOf(seen.keySet())));
        }
    }

    /** As {@code rm -rf} does; false if it would fail on the way. */
    private boolean remove(String path) throws IOException {
        List<String> all = tree(path);
        if (!all.stream().allMatch(each -> level(each) == Level.WRITE)) {
            return false;
        }
        for (String each : all.reversed()) {
            scene.inside.delete(each);
            seen.remove(each);
        }
        return true;
    }

    private void changeMode() throws IOException {
        List<String> paths = writable("file", "directory");
        if (!paths.isEmpty()) {
            String path = pick(paths);
            String[] line = seen.get(path).split(" ", 3);
            int mode = random.nextBoolean() ? 0711 : 0600 | (line[0].equals("directory") ? 0100 : 0);
            scene.inside.chmod(path, mode);
            line[1] = Integer.toOctalString(mode);
            seen.put(path, String.join(" ", line));
        }
    }

    private void rewrite() throws IOException {
        List<String> paths = writable("file");
        if (!paths.isEmpty()) {
            String path = pick(paths);
            remove(path);
            write(path);
        }
    }

    /** Something of another type in place of something. */
    private void replace() throws IOException {
        if (seen.isEmpty()) {
            return;
        }
        String path = pick(List.copyOf(seen.keySet()));
        boolean isDirectory = seen.get(path).startsWith("directory");
        if (level(path) != Level.WRITE || !remove(path)) {
            return;
        }
        if (isDirectory && holdsHidden(path) || random.nextBoolean()) {
            makeDirectory(path);
        } else if (random.nextBoolean()) {
            link(path);
        } else {
            write(path);
        }
    }

    private boolean isFree(String path) {
        return isUnseen(path) && !holdsHidden(path);
    }

    /** Where a directory stays in the codebase for what it hides, only a directory can land again. */
    private boolean isBare(String path) {
        return isUnseen(path) && holdsHidden(path);
    }

    private boolean isUnseen(String path) {
        return !seen.containsKey(path) && level(path) == Level.WRITE;
    }

    private boolean holdsHidden(String path) {
        return base.keySet().stream().anyMatch(each -> each.startsWith(path + "/") && level(each) == Level.NONE);
    }

    private List<String> writable(String... types) {
        return seen.entrySet().stream()
                .filter(entry -> Stream.of(types).anyMatch(entry.getValue()::startsWith))
                .map(Map.Entry::getKey)
                .filter(path -> level(path) == Level.WRITE)
                .toList();
    }

    private List<String> tree(String path) {
        return seen.keySet().stream()
                .filter(each -> each.equals(path) || each.startsWith(path + "/"))
                .toList();
    }

    private String fresh() {
        List<String> directories = new ArrayList<>(List.of(""));
        seen.forEach((path, line) -> {
            if (line.startsWith("directory")) {
                directories.add(path);
            }
        });
        return join(pick(directories), pick(List.of(NAMES)));
    }

    private String content() {
        return random.nextInt(6) == 0
                ? "\u0000\u00ff binary " + random.nextInt(99)
                : "line\n".repeat(random.nextInt(4)) + random.nextInt(9);
    }

    private Level level(String path) {
        return policy.evaluate(HostTree.bytes(path));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
