package io.agentfense.sandbox.files;

import java.util.Optional;

/**
 * What to look for below a directory.
 *
 * @param glob a pattern of {@code fnmatch(3)} for names, or for relative paths if it holds a slash; without one, all
 * @param content what a line has to hold; without it, names are what is found
 * @param regex whether the content is a POSIX extended regular expression
 * @param most how many matches at most, 1 to 100,000
 * @param largestFile in bytes; larger files are not looked into
 */
public record FileSearch(Optional<String> glob, Optional<String> content, boolean regex, int most, long largestFile) {
    private static final int MOST = 100_000;
    private static final long LARGEST = 16L << 20;

    /** Refuses limits out of range. */
    public FileSearch {
        if (most < 1 || most > MOST || largestFile < 0) {
            throw new IllegalArgumentException("a search finds 1 to " + MOST + " matches");
        }
    }

    /** Files and directories by their names. */
    public static FileSearch names(String glob) {
        return new FileSearch(Optional.of(glob), Optional.empty(), false, 1000, LARGEST);
    }

    /** Lines that hold a text. */
    public static FileSearch text(String text) {
        return new FileSearch(Optional.empty(), Optional.of(text), false, 1000, LARGEST);
    }

    /** Lines that match an expression. */
    public static FileSearch expression(String expression) {
        return new FileSearch(Optional.empty(), Optional.of(expression), true, 1000, LARGEST);
    }

    /** The same in files of these names only. */
    public FileSearch inFiles(String newGlob) {
        return new FileSearch(Optional.of(newGlob), content, regex, most, largestFile);
    }

    /** The same with another limit. */
    public FileSearch atMost(int matches) {
        return new FileSearch(glob, content, regex, matches, largestFile);
    }
}
