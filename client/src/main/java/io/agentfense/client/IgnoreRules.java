package io.agentfense.client;

import io.agentfense.ignore.Exclusions;
import io.agentfense.ignore.IgnorePatterns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * What an upload leaves out, by git's rules: a directory that is left out takes along all that is in it, and the last
 * pattern that matches decides. In rising order: {@link #DEFAULTS}, then from the root down each directory's
 * {@code .gitignore} and {@code .sandboxignore}, then the caller's patterns. Immutable.
 */
public final class IgnoreRules {
    /** What no upload wants, unless an ignore file takes it in again: {@code !.env}. */
    public static final List<String> DEFAULTS = IgnorePatterns.DEFAULTS;

    private final List<String> patterns;
    private final Exclusions exclusions;

    private IgnoreRules(List<String> patterns, Exclusions exclusions) {
        this.patterns = patterns;
        this.exclusions = exclusions;
    }

    /** The defaults, each directory's files, and these patterns in the syntax of those files. */
    public static IgnoreRules of(List<String> patterns) {
        return of(List.copyOf(patterns), false);
    }

    private static IgnoreRules of(List<String> patterns, boolean agentFiles) {
        return new IgnoreRules(patterns, Exclusions.of(true, patterns, agentFiles));
    }

    /**
     * These, and besides what {@code .agentignore}, {@code .aiignore} and {@code .cursorignore} files name, and these files
     * themselves; nothing else takes any of that in again. An upload fails if one of these files is a link.
     */
    public IgnoreRules withAgentFiles() {
        return of(patterns, true);
    }

    /** These, with what a directory's own files say. */
    IgnoreRules within(Path directory, String prefix) throws IOException {
        Exclusions deeper = exclusions;
        for (String name : exclusions.files()) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                deeper = deeper.with(IgnorePatterns.bytewise(prefix), name, content(file));
            } else if (Exclusions.isProtection(name) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(prefix + name + " is no regular file, and links are not followed");
            }
        }
        return new IgnoreRules(patterns, deeper);
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readAllBytes();
        }
    }

    /** Whether a path is left out, given that no directory above it is. */
    boolean isIgnored(String path, boolean directory) {
        return exclusions.ignored(IgnorePatterns.bytewise(path), directory).isPresent();
    }
}
