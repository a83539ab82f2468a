package io.agentfense.cli.remote;

import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** A directory as a tar stream, by the machine's own tar. Confined to its thread. */
final class Tar {
    private final Process process;

    private Tar(Process process) {
        this.process = process;
    }

    /** Packs a directory. */
    static Tar of(Path directory) throws IOException {
        return new Tar(new ProcessBuilder("tar", "-C", directory.toString(), "--format=pax", "-cf", "-", ".")
                .redirectError(Redirect.INHERIT)
                .start());
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
