package io.agentfense.ignore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.ignore.IgnoreNode.MatchResult;

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

    /** One source of patterns, for paths below a directory: empty, or ends with a slash. */
    private record Level(String directory, IgnoreNode node) {}

    private final List<Level> levels;
    private final IgnoreNode last;

    private IgnorePatterns(List<Level> levels, IgnoreNode last) {
        this.levels = levels;
        this.last = last;
    }

    /** What applies before any file was read: what any file may take in again, and what has the last word. */
    public static IgnorePatterns of(List<String> first, List<String> last) {
        return new IgnorePatterns(List.of(new Level("", node(first))), node(last));
    }

    private static IgnoreNode node(List<String> patterns) {
        return parse((String.join("\n", patterns) + "\n").getBytes(StandardCharsets.UTF_8));
    }

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

    /** A path of characters as one of bytes. */
    public static String bytewise(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /**
     * These, with what a file says.
     *
     * @param directory the file's: empty for the root, else its path of bytes with a slash at the end
     * @param lines the file's content
     */
    public IgnorePatterns with(String directory, byte[] lines) {
        List<Level> deeper = new ArrayList<>(levels);
        deeper.add(new Level(directory, parse(lines)));
        return new IgnorePatterns(List.copyOf(deeper), last);
    }

    /** Whether a path of bytes, from the root, is left out, given that no directory above it is. */
    public boolean isIgnored(String path, boolean directory) {
        MatchResult said = last.isIgnored(path, directory);
        for (int i = levels.size() - 1; i >= 0 && undecided(said); i--) {
            Level level = levels.get(i);
            said = level.node.isIgnored(path.substring(level.directory.length()), directory);
        }
        return said == MatchResult.IGNORED;
    }

    private static boolean undecided(MatchResult said) {
        return said == MatchResult.CHECK_PARENT || said == MatchResult.CHECK_PARENT_NEGATE_FIRST_MATCH;
    }
}
