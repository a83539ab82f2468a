package io.agentfense.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies in a directory, in a form that can be compared. */
final class FileTree {
    private FileTree() {}

    /**
     * Every path below a directory with its mode and its content, which is left out where it may differ.
     *
     * @param varying globs over the paths of such files
     */
    static Map<String, String> describe(Path root, List<String> varying) throws IOException {
        List<PathMatcher> matchers = varying.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path relative = root.relativize(path);
                boolean varies = matchers.stream().anyMatch(matcher -> matcher.matches(relative));
                tree.put(relative.toString(), describe(path, varies));
            }
        }
        return tree;
    }

    private static String describe(Path path, boolean varies) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String mode = PosixFilePermissions.toString(attributes.permissions());
        if (attributes.isSymbolicLink()) {
            return "link to " + Files.readSymbolicLink(path);
        }
        if (attributes.isDirectory()) {
            return mode + " directory";
        }
        return mode + (varies ? " file" : " file of " + attributes.size() + " bytes, " + digest(path));
    }

    private static String digest(Path path) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(path)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
