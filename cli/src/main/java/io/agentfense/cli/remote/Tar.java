package io.agentfense.cli.remote;

import io.agentfense.cli.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory as a tar stream, by the machine's own tar. Confined to its thread. */
final class Tar {
    private final Process process;

    private Tar(Process process) {
        this.process = process;
    }

    /** Packs these paths below a directory, and nothing that is not named. */
    static Tar of(Path directory, List<byte[]> paths) throws IOException {
        Path names = Files.createTempFile("agentfense", ".names");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(names))) {
                for (byte[] path : paths) {
                    out.write(path);
                    out.write(0);
                }
            }
            // From a descriptor: tar reads on while the file has no name any more.
            return new Tar(new ProcessBuilder(
                            "tar",
                            "-C",
                            directory.toString(),
                            "--format=pax",
                            "--null",
                            "--verbatim-files-from",
                            "--no-recursion",
                            "-cf",
                            "-",
                            "-T",
                            "-")
                    .redirectInput(names.toFile())
                    .redirectError(Redirect.INHERIT)
                    .start());
        } finally {
            Files.delete(names);
        }
    }

    InputStream output() {
        return process.getInputStream();
    }

    /** Waits for its end, once its output was read. */
    void finish() throws IOException {
        await(process, "packing the directory");
    }

    /** Unpacks a stream below a directory; links in it lead nothing out. */
    static void extract(InputStream archive, Path directory) throws IOException {
        Process process = new ProcessBuilder("tar", "-C", directory.toString(), "--no-same-owner", "-xf", "-")
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            archive.transferTo(in);
        }
        await(process, "unpacking the archive");
    }

    private static void await(Process process, String what) throws IOException {
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new Failure(Failure.GENERAL, what + " failed: tar ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.GENERAL, "interrupted");
        }
    }
}
