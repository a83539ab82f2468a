package io.agentfense.client;

import io.agentfense.ignore.IgnorePatterns;
import java.io.IOException;
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

    private final IgnorePatterns patterns;

    private IgnoreRules(IgnorePatterns patterns) {
        this.patterns = patterns;
    }

    /** The defaults and these, before any file was read. */
    static IgnoreRules of(List<String> patterns) {
        return new IgnoreRules(IgnorePatterns.of(DEFAULTS, patterns));
    }

    /** These, with what a directory's own files say. */
    IgnoreRules within(Path directory, String prefix) throws IOException {
        IgnorePatterns deeper = patterns;
        for (String name : IgnorePatterns.FILES) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                deeper = deeper.with(IgnorePatterns.bytewise(prefix), name, Files.readAllBytes(file));
            }
        }
        return new IgnoreRules(deeper);
    }

    /** Whether a path is left out, given that no directory above it is. */
    boolean isIgnored(String path, boolean directory) {
        return patterns.isIgnored(IgnorePatterns.bytewise(path), directory);
    }
}
