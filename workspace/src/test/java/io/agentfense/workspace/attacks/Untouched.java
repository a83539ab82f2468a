package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The oracle of integrity: what a codebase held at one moment, to be compared with what it holds later. */
final class Untouched {
    private final Path base;
    private final Predicate<String> counts;
    private final Map<String, String> before;

    private Untouched(Path base, Predicate<String> counts) throws IOException {
        this.base = base;
        this.counts = counts;
        this.before = picture();
    }

    /** Remembers every path for which the predicate holds, with type, mode and content, and the time of files. */
    static Untouched of(Path base, Predicate<String> counts) throws IOException {
        return new Untouched(base, counts);
    }

    void check() throws IOException {
        assertThat(picture()).as("the codebase").isEqualTo(before);
    }

    private Map<String, String> picture() throws IOException {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> all = Files.walk(base)) {
            for (Path path : all.toList()) {
                String name = base.relativize(path).toString();
                if (counts.test(name)) {
                    picture.put(name, line(path));
                }
            }
        }
        return picture;
    }

    private static String line(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        String line = Integer.toOctalString(mode);
        if (Files.isSymbolicLink(path)) {
            return line + " -> " + Files.readSymbolicLink(path);
        }
        return Files.isRegularFile(path)
                ? line + " " + Files.getLastModifiedTime(path) + " " + Arrays.hashCode(Files.readAllBytes(path))
                : line;
    }
}
