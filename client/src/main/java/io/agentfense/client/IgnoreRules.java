package io.agentfense.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.ignore.IgnoreNode.MatchResult;

/**
 * What an upload leaves out, by git's rules: a directory that is left out takes along all that is in it, and the last
 * pattern that matches decides. In rising order: {@link #DEFAULTS}, then from the root down each directory's
 * {@code .gitignore} and {@code .sandboxignore}, then the caller's patterns. Immutable.
 */
public final class IgnoreRules {
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

    private static final List<String> FILES = List.of(".gitignore", ".sandboxignore");

    /** One source of patterns, for paths below a directory: empty, or ends with a slash. */
    private record Level(String directory, IgnoreNode node) {}

    private final List<Level> levels;
    private final IgnoreNode last;

    private IgnoreRules(List<Level> levels, IgnoreNode last) {
        this.levels = levels;
        this.last = last;
    }

    /** The defaults and these, before any file was read. */
    static IgnoreRules of(List<String> patterns) {
        return new IgnoreRules(List.of(new Level("", node(DEFAULTS))), node(patterns));
    }

    private static IgnoreNode node(List<String> patterns) {
        return parse((String.join("\n", patterns) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** To git a {@code ?} is one byte. So each byte is a character here, of patterns and of paths. */
    private static IgnoreNode parse(byte[] lines) {
        byte[] widened = new String(lines, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
        IgnoreNode node = new IgnoreNode();
        try {
            node.parse("patterns", new ByteArrayInputStream(widened));
        } catch (IOException e) {
            throw new UncheckedIOException("an array can be read", e);
        }
        return node;
    }

    private static String bytewise(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** These, with what a directory's own files say. */
    IgnoreRules within(Path directory, String prefix) throws IOException {
        List<Level> deeper = new ArrayList<>(levels);
        for (String name : FILES) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                deeper.add(new Level(bytewise(prefix), parse(Files.readAllBytes(file))));
            }
        }
        return new IgnoreRules(List.copyOf(deeper), last);
    }

    /** Whether a path is left out, given that no directory above it is. */
    boolean isIgnored(String path, boolean directory) {
        String bytes = bytewise(path);
        MatchResult said = last.isIgnored(bytes, directory);
        for (int i = levels.size() - 1; i >= 0 && undecided(said); i--) {
            Level level = levels.get(i);
            said = level.node.isIgnored(bytes.substring(level.directory.length()), directory);
        }
        return said == MatchResult.IGNORED;
    }

    private static boolean undecided(MatchResult said) {
        return said == MatchResult.CHECK_PARENT || said == MatchResult.CHECK_PARENT_NEGATE_FIRST_MATCH;
    }
}
