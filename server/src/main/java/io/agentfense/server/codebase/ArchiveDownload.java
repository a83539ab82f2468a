package io.agentfense.server.codebase;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes a directory of a codebase as a tar stream. For one stream. */
final class ArchiveDownload {
    private static final byte[] NOTHING = {};

    private final Tree tree;
    private final BytePath base;
    private final TarWriter tar;
    private final byte[] buffer = new byte[1 << 16];

    ArchiveDownload(Tree tree, BytePath base, OutputStream out) {
        this.tree = tree;
        this.base = base;
        this.tar = new TarWriter(out);
    }

    void run() throws CodebaseException {
        Walk.below(tree, base, this::write);
        try {
            tar.end();
        } catch (IOException e) {
            throw new CodebaseException.Failed("writing an archive", e);
        }
    }

    private void write(Entry entry) throws CodebaseException {
        Identity identity = entry.identity();
        try {
            if (identity.isDirectory()) {
                tar.entry(header(entry, TarHeader.Kind.DIRECTORY, NOTHING, 0));
            } else if (identity.isSymlink()) {
                tar.entry(header(entry, TarHeader.Kind.SYMLINK, entry.target(), 0));
            } else if (identity.isRegular()) {
                file(entry);
            }
        } catch (IOException e) {
            throw new CodebaseException.Failed("writing an archive", e);
        }
    }

    /** As many bytes as its header says, whatever happens to the file meanwhile. */
    private void file(Entry entry) throws IOException, CodebaseException {
        try (Download download = Download.open(entry, 0)) {
            long size = download.size();
            tar.entry(header(entry, TarHeader.Kind.FILE, NOTHING, size));
            long left = size;
            while (left > 0) {
                int got = download.read(buffer);
                if (got < 0) {
                    throw new IOException("a file became shorter while it was read");
                }
                int length = (int) Math.min(got, left);
                tar.write(buffer, length);
                left -= length;
            }
            tar.endContent(size);
        }
    }

    private TarHeader header(Entry entry, TarHeader.Kind kind, byte[] link, long size) {
        byte[] path = entry.path().bytes();
        byte[] name = base.isRoot() ? path : Arrays.copyOfRange(path, base.length() + 1, path.length);
        if (kind == TarHeader.Kind.DIRECTORY) {
            name = Arrays.copyOf(name, name.length + 1);
            name[name.length - 1] = '/';
        }
        Identity identity = entry.identity();
        return new TarHeader(kind, name, link, identity.permissions() & 0777, size, identity.modifySeconds());
    }
}
