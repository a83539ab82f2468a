package io.agentfense.cli.scan;

import io.agentfense.cli.Failure;
import io.agentfense.linux.LinuxException;
import io.agentfense.secret.Budget;
import io.agentfense.secret.ContentScan;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.tree.TreeListener;
import io.agentfense.secret.tree.TreeOptions;
import io.agentfense.secret.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which files are scanned. */
final class FileOptions {
    private static final String STANDARD_INPUT = "-";
    private static final int PIECE_BYTES = 1 << 16;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Leave out what this pattern of .gitignore names; repeatable.")
    private List<String> exclude = List.of();

    @Option(names = "--no-ignore", description = "Scan also what ignore files leave out, and .git.")
    private boolean noIgnore;

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            description = "Don't scan files larger than this, and say so (default: 1 GiB).")
    private long maxBytes = TreeOptions.MAX_BYTES;

    /** Scans what was named, one after the other. */
    void scan(Scanner scanner, List<String> paths, Collected found, Progress progress)
            throws IOException, InterruptedException {
        if (maxBytes < 1) {
            throw new Failure(Failure.USAGE, "--max-bytes has to be at least 1");
        }
        TreeOptions options = new TreeOptions(
                !noIgnore, exclude, maxBytes, Runtime.getRuntime().availableProcessors(), Budget.DEFAULT);
        for (String path : paths) {
            if (path.equals(STANDARD_INPUT)) {
                scanInput(scanner, found);
                continue;
            }
            try {
                boolean directory = Files.isDirectory(Path.of(path));
                TreeScan scan = new TreeScan(scanner, options, directory ? beneath(path, found) : found);
                progress.watch(scan);
                found.add(directory ? scan.scanDirectory(path) : scan.scanFile(path));
            } catch (LinuxException e) {
                throw new Failure(Failure.USAGE, "can't scan " + path + ": " + e.getMessage());
            }
        }
    }

    /** Puts the directory in front of each path, as it was named. */
    private static TreeListener beneath(String directory, TreeListener listener) {
        String plain = directory.replaceAll("^(\\./+)+", "").replaceAll("/+$", "");
        String prefix = directory.startsWith("/") && plain.isEmpty()
                ? "/"
                : plain.isEmpty() || plain.equals(".") ? "" : plain + "/";
        byte[] front = prefix.getBytes(StandardCharsets.UTF_8);
        return new TreeListener() {
            @Override
            public void found(byte[] path, List<Finding> findings) {
                listener.found(joined(front, path), findings);
            }

            @Override
            public void skipped(byte[] path, String reason) {
                listener.skipped(joined(front, path), reason);
            }
        };
    }

    private static byte[] joined(byte[] front, byte[] path) {
        byte[] joined = new byte[front.length + path.length];
        System.arraycopy(front, 0, joined, 0, front.length);
        System.arraycopy(path, 0, joined, front.length, path.length);
        return joined;
    }

    private static void scanInput(Scanner scanner, Collected found) throws IOException {
        InputStream in = System.in;
        ContentScan scan = scanner.newScan();
        List<Finding> findings = new ArrayList<>();
        scan.begin("", findings::add);
        byte[] piece = new byte[PIECE_BYTES];
        for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
            scan.feed(piece, 0, got);
        }
        byte[] input = "(standard input)".getBytes(StandardCharsets.US_ASCII);
        if (!scan.end()) {
            found.skipped(input, "more work than content of its size may be; scanned in part");
        }
        found.found(input, findings);
    }
}
