package io.agentfense.secret.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.secret.Budget;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeScanTest {
    private static final String SECRET = "key = 'sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e'\n";

    @TempDir
    Path directory;

    private final TreeMap<String, Integer> found = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();

    private TreeCount scan(boolean ignoreFiles, long maxBytes) throws Exception {
        TreeListener listener = new TreeListener() {
            @Override
            public void found(byte[] path, List<Finding> findings) {
                found.put(new String(path, StandardCharsets.ISO_8859_1), findings.size());
            }

            @Override
            public void skipped(byte[] path, String reason) {
                skipped.add(new String(path, StandardCharsets.ISO_8859_1) + ": " + reason);
            }
        };
        TreeOptions options = new TreeOptions(ignoreFiles, List.of(), maxBytes, 2, Budget.DEFAULT);
        return new TreeScan(Scanner.standard(), options, listener).scanDirectory(directory.toString());
    }

    private void file(String name, String content) throws IOException {
        Files.createDirectories(directory.resolve(name).getParent());
        Files.writeString(directory.resolve(name), content);
    }

    @Test
    void linksLeadNowhereAndPipesAreNotOpened(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), SECRET);
        Files.createSymbolicLink(directory.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(directory.resolve("directory"), outside);
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        TreeCount count = scan(true, TreeOptions.MAX_BYTES);
        assertThat(found).isEmpty();
        assertThat(count.notRegular()).isEqualTo(3);
        assertThat(count.files()).isZero();
    }

    @Test
    void anIgnoreFileThatIsALinkIgnoresNothing(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("patterns"), "*\n");
        Files.createSymbolicLink(directory.resolve(".gitignore"), outside.resolve("patterns"));
        file("a", SECRET);
        scan(true, TreeOptions.MAX_BYTES);
        assertThat(found).containsOnlyKeys("a");
    }

    @Test
    void ignoreFilesOfEachDirectoryCount() throws Exception {
        file(".gitignore", "build/\n*.log\n");
        file("sub/.sandboxignore", "!keep.log\n");
        for (String name : List.of("a.log", "build/a", "sub/keep.log", "sub/b.log", "sub/c", ".git/d")) {
            file(name, SECRET);
        }
        TreeCount count = scan(true, TreeOptions.MAX_BYTES);
        assertThat(found).containsOnlyKeys("sub/keep.log", "sub/c");
        assertThat(count.ignored()).isEqualTo(4);
        scan(false, TreeOptions.MAX_BYTES);
        assertThat(found).hasSize(6);
    }

    @Test
    void whatIsTooLargeIsToldAndNotScanned() throws Exception {
        file("large", SECRET + "x".repeat(1000));
        file("small", SECRET);
        TreeCount count = scan(true, 1000);
        assertThat(found).containsOnlyKeys("small");
        assertThat(skipped).containsExactly("large: larger than 1000 bytes");
        assertThat(count.skipped()).isEqualTo(1);
    }

    @Test
    void aTreeAsDeepAsPathsGoIsScannedToItsEnd() throws Exception {
        String deep = "d/".repeat(1500);
        file(deep + "a", SECRET);
        scan(true, TreeOptions.MAX_BYTES);
        assertThat(found).containsOnlyKeys(deep + "a");
        // JUnit would take minutes for it.
        assertThat(new ProcessBuilder("rm", "-r", directory.resolve("d").toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void onlyPrivateKeysAreLookedForInBinaries() throws Exception {
        String key = "-----BEGIN EC PRIVATE KEY-----\n" + "MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY".repeat(3)
                + "\n-----END";
        file("image", "\0\1\2" + SECRET + key);
        file("text", SECRET);
        TreeCount count = scan(true, TreeOptions.MAX_BYTES);
        assertThat(found).containsEntry("image", 1).containsEntry("text", 1);
        assertThat(count.binary()).isEqualTo(1);
    }

    @Test
    void aFileThatCostsTooMuchIsToldAsSkipped() throws Exception {
        file("costly", "glrt-".repeat(200_000));
        TreeCount count = scan(true, TreeOptions.MAX_BYTES);
        assertThat(skipped).singleElement().asString().startsWith("costly: more work");
        assertThat(count.skipped()).isEqualTo(1);
    }
}
