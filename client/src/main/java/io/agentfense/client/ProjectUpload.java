package io.agentfense.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A directory on its way to a codebase: a virtual thread packs while the caller's sends, with a pipe between them. */
final class ProjectUpload {
    private static final int PIPE_BYTES = 1 << 18;

    private ProjectUpload() {}

    static UploadResult send(
            ArchiveUpload archives, String codebaseId, Path directory, IgnoreRules rules, UploadListener listener) {
        try (Packed packed = new Packed(directory, rules, new Progress(listener))) {
            return archives.send(codebaseId, directory.toString(), packed);
        } catch (IOException e) {
            throw new UploadException(codebaseId, directory.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The stream; it fails where the packing did, so that half a directory is never taken for the whole. */
    private static final class Packed extends InputStream {
        private final PipedInputStream in = new PipedInputStream(PIPE_BYTES);
        private final PipedOutputStream pipe = new PipedOutputStream(in);
        private volatile @Nullable IOException failure;

        Packed(Path directory, IgnoreRules rules, Progress progress) throws IOException {
            Thread.startVirtualThread(() -> pack(directory, rules, progress));
        }

        private void pack(Path directory, IgnoreRules rules, Progress progress) {
            try (pipe) {
                try {
                    ProjectTar.write(directory, rules, progress, new BufferedOutputStream(pipe, 1 << 16));
                } catch (IOException | RuntimeException e) {
                    // Told before the pipe ends, so that its reader can't miss it.
                    failure = e instanceof IOException io ? io : new IOException(e);
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int at, int length) throws IOException {
            int got = in.read(bytes, at, length);
            IOException failed = failure;
            if (got < 0 && failed != null) {
                throw failed;
            }
            return got;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
