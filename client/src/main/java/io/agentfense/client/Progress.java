package io.agentfense.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How much of a directory is packed, told as it grows. For one thread. */
final class Progress {
    private static final long STEP = 1 << 20;

    private final UploadListener listener;
    private long files;
    private long bytes;
    private long told;

    Progress(UploadListener listener) {
        this.listener = listener;
    }

    /** A file is whole. */
    void file() {
        files++;
        tell();
    }

    private void tell() {
        told = bytes;
        listener.onProgress(files, bytes);
    }

    /** A file's content, counted as it is read. */
    InputStream counted(InputStream content) {
        return new FilterInputStream(content) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                count(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] buffer, int at, int length) throws IOException {
                int read = super.read(buffer, at, length);
                count(Math.max(0, read));
                return read;
            }
        };
    }

    private void count(int more) {
        bytes += more;
        if (bytes - told >= STEP) {
            tell();
        }
    }
}
