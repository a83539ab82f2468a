package io.agentfense.workspace.attacks;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The codebase that the attacks are tried on: {@code w} may be written, {@code r} read, {@code v} seen; whatever is
 * called {@code hidden*} and all of {@code vault} is hidden, but for what deeper rules show of it. All that may not be
 * read holds the word {@link #CANARY}.
 */
final class Treasury {
    static final String CANARY = "CANARY";

    static final List<Rule> RULES = List.of(
            Rule.of("/w/**", Level.WRITE),
            Rule.of("/r/**", Level.READ),
            Rule.of("/v/**", Level.VIEW),
            Rule.of("**/hidden*", Level.NONE, 100),
            Rule.of("/w/sealed/**", Level.NONE, 100),
            Rule.of("/vault/**", Level.NONE, 10),
            Rule.of("/vault/public", Level.READ, 20),
            Rule.of("/vault/drop/**", Level.WRITE, 20),
            Rule.of("/deep/er/file", Level.READ));

    private Treasury() {}

    static void fill(Path base) throws IOException {
        for (String tree : List.of("w", "r")) {
            tree(base, tree, "content of " + tree);
        }
        tree(base, "v", CANARY);
        file(base, "w/mixed/seen", "seen");
        file(base, "w/mixed/hidden-beside", CANARY);
        file(base, "w/onlyhidden/hidden", CANARY);
        file(base, "w/onlyhidden/hiddendir/deeper", CANARY);
        file(base, "w/sealed/key", CANARY);
        file(base, "vault/key", CANARY);
        file(base, "vault/inner/key", CANARY);
        file(base, "vault/public", "public");
        file(base, "deep/er/file", "file");
        file(base, "deep/er/other", CANARY);
        file(base, "deep/other", CANARY);
        link(base, "w/toview", "../v/file");
        link(base, "w/tovault", "../vault/key");
        age(base);
    }

    private static void tree(Path base, String tree, String content) throws IOException {
        file(base, tree + "/file", content);
        file(base, tree + "/other", content);
        file(base, tree + "/dir/inner", content);
        file(base, tree + "/dir/sub/leaf", content);
        file(base, tree + "/hidden", CANARY);
        file(base, tree + "/hiddendir/secret", CANARY);
        file(base, tree + "/exec", "#!/bin/sh\nexit 7\n");
        Files.setPosixFilePermissions(base.resolve(tree + "/exec"), PosixFilePermissions.fromString("rwxr-xr-x"));
        link(base, tree + "/link", "file");
        link(base, tree + "/tohidden", "hidden");
        link(base, tree + "/toabsent", "hidden-absent");
    }

    static void file(Path base, String path, String content) throws IOException {
        Path file = base.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    static void link(Path base, String path, String target) throws IOException {
        Files.createSymbolicLink(base.resolve(path), Path.of(target));
    }

    /** Gives everything one old time, so that nothing is told apart by when it was made. */
    static void age(Path base) {
        Shell.sh(base, "find . -exec touch -h -d 2020-02-02T02:02:02Z {} +");
    }

    /** Whether the rules allow no change of a path, written from the root without a slash. */
    static boolean isProtected(String path) {
        boolean writable = path.startsWith("w/") || path.startsWith("vault/drop");
        return !writable || path.contains("/hidden") || path.startsWith("w/sealed");
    }
}
