package io.agentfense.server.codebase;

import io.agentfense.linux.Descriptor;
import io.agentfense.workspace.delta.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of a codebase that is read: the one that was opened, also if it is replaced meanwhile. Not thread-safe. */
public final class Download implements AutoCloseable {
    private final FileChannel file;
    private final long size;

    private Download(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    static Download open(Entry entry, long offset) throws CodebaseException {
        if (!entry.identity().isRegular()) {
            throw new CodebaseException.NotAFile(
                    entry.identity().isDirectory() ? "it is a directory" : "it is no regular file, and is not read");
        }
        try {
            Download download = new Download(channel(entry), entry.identity().size());
            if (offset < 0 || offset > download.size) {
                download.close();
                throw new CodebaseException.Invalid("offset must be from 0 to the file's " + download.size + " bytes");
            }
            download.file.position(offset);
            return download;
        } catch (IOException e) {
            throw Failures.of("read a file", e);
        }
    }

    private static FileChannel channel(Entry entry) throws IOException {
        int fd = entry.open();
        try {
            // The link leads to the file that was opened, whatever happens to its name.
            return FileChannel.open(Path.of("/proc/self/fd/" + fd));
        } finally {
            Descriptor.close(fd);
        }
    }

    /** The file's size in bytes when it was opened. */
    public long size() {
        return size;
    }

    /** Reads on into the start of an array; how many bytes, or -1 at the end. */
    public int read(byte[] buffer) throws CodebaseException {
        try {
            return file.read(ByteBuffer.wrap(buffer));
        } catch (IOException e) {
            throw new CodebaseException.Failed("reading a file", e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was written to it.
            return;
        }
    }
}
