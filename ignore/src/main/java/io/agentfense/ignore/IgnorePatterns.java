package io.agentfense.ignore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * Patterns of ignore files, by git's rules: a directory that is left out takes along all that is in it, and the last
 * pattern that matches decides. In rising order: the first patterns, then from the root down what each directory's files
 * say, then the last ones. Immutable.
 *
 * <p>To git a {@code ?} is one byte. So paths and patterns are bytes here, one to a character of a string.
 */
public final class IgnorePatterns {
    /** The files that hold patterns, in rising order. */
    public static final List<String> FILES = List.of(".gitignore", ".sandboxignore");

    /** The files that say what agents are not to see, in rising order; they count if a user asks for it. */
    public static final List<String> AGENT_FILES = List.of(".agentignore", ".aiignore", ".cursorignore");

    /** What no upload wants, unless an ignore file takes it in again: {@code !.env}. */
    public static final List<String> DEFAULTS = List.of(
            ".git",
            "__pycache__",
            "*.pyc",
            "*.pyo",
            ".DS_Store",
            "Thumbs.db",
            "node_modules",
            ".venv",
            "venv",
            ".env",
            "*.egg-info",
            ".tox",
            ".pytest_cache",
            ".mypy_cache",
            ".ruff_cache");

    private static final String MARK = "\u00ef\u00bb\u00bf";

    /** One source of patterns, for paths below a directory: empty, or ends with a slash. */
    private record Level(String source, String directory, IgnoreNode node) {}

    /** In rising order, the one that has the last word at the end. */
    private final List<Level> levels;

    private IgnorePatterns(List<Level> levels) {
        this.levels = List.copyOf(levels);
    }

    /** What applies before any file was read: what any file may take in again, and what has the last word. */
    public static IgnorePatterns of(List<String> first, List<String> last) {
        return new IgnorePatterns(
                List.of(new Level("built in", "", node(first)), new Level("as asked for", "", node(last))));
    }

    private static IgnoreNode node(List<String> patterns) {
        return parse((String.join("\n", patterns) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A byte order mark is no part of the first pattern. */
    private static IgnoreNode parse(byte[] lines) {
        String text = new String(lines, StandardCharsets.ISO_8859_1);
        byte[] widened =
                (text.startsWith(MARK) ? text.substring(MARK.length()) : text).getBytes(StandardCharsets.UTF_8);
        IgnoreNode node = new IgnoreNode();
        try {
            node.parse("patterns", new ByteArrayInputStream(widened));
        } catch (IOException e) {
            throw new UncheckedIOException("an array can be read", e);
        }
        return node;
    }

    /** A path of characters as one of bytes. */
    public static String bytewise(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /**
     * These, with what a file says.
     *
     * @param directory the file's: empty for the root, else its path of bytes with a slash at the end
     * @param name the file's name
     * @param lines the file's content
     */
    public IgnorePatterns with(String directory, String name, byte[] lines) {
        List<Level> deeper = new ArrayList<>(levels);
        deeper.add(deeper.size() - 1, new Level(directory + name, directory, parse(lines)));
        return new IgnorePatterns(deeper);
    }

    /** Whether a path of bytes, from the root, is left out, given that no directory above it is. */
    public boolean isIgnored(String path, boolean directory) {
        return ignored(path, directory).isPresent();
    }

    /** The same with the reason; empty if it is not left out. */
    public Optional<Ignored> ignored(String path, boolean directory) {
        for (Level level : levels.reversed()) {
            String below = path.substring(level.directory.length());
            for (FastIgnoreRule rule : level.node.getRules().reversed()) {
                if (rule.isMatch(below, directory, true)) {
                    return rule.getResult()
                            ? Optional.of(new Ignored(level.source, rule.toString()))
                            : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
