package io.agentfense.server.codebase;

import io.agentfense.linux.LinuxException;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.workspace.delta.BytePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way into a codebase. Nobody sees it until {@link #finish}. Confined to one thread at a time; must be
 * closed, which drops what came unless it was finished or can be resumed.
 */
public final class Upload implements AutoCloseable {
    private static final long BUDGET_STEP = 8 << 20;
    private static final int BUFFER = 1 << 16;

    private final Codebases codebases;
    private final CodebaseRecord codebase;
    private final UploadRequest request;
    private final BytePath path;
    private final String staged;
    private final FileChannel file;
    private final long replaced;
    private final MessageDigest md5 = Hashes.digest("MD5");
    private final MessageDigest sha256 = Hashes.digest("SHA-256");
    private final byte[] head = new byte[2];
    private final UploadScan scan;
    private long size;
    private long checkedAt;
    private boolean open = true;
    private boolean keep;

    /**
     * Begins, or goes on with what is staged.
     *
     * @param staged the name in the staging directory, taken for this upload
     * @param replaced bytes of the file that is there now
     */
    Upload(
            Codebases codebases,
            CodebaseRecord codebase,
            UploadRequest request,
            BytePath path,
            String staged,
            long replaced)
            throws CodebaseException {
        this.codebases = codebases;
        this.codebase = codebase;
        this.request = request;
        this.path = path;
        this.staged = staged;
        this.replaced = replaced;
        this.scan = new UploadScan(codebases.limits().secrets());
        scan.begin(path);
        boolean begun = false;
        FileChannel channel = null;
        try {
            channel = codebases.staging().write(staged);
            file = channel;
            resume();
            begun = true;
        } catch (IOException e) {
            throw new CodebaseException.Failed("staging an upload", e);
        } finally {
            if (!begun) {
                closeQuietly(channel);
                codebases.staging().release(staged);
            }
        }
        keep = !request.sha256().isEmpty();
    }

    /** Reads what came before, for its checksums and secrets, and cuts off what is not wanted of it. */
    private void resume() throws IOException, CodebaseException {
        if (request.resumeAt() > file.size()) {
            throw new CodebaseException.Mismatch(
                    "only " + file.size() + " bytes of this upload are here; go on from there");
        }
        file.truncate(request.resumeAt());
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (file.read(buffer.clear()) > 0) {
            digest(buffer.array(), 0, buffer.position());
        }
    }

    private void digest(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length && size + i < head.length; i++) {
            head[(int) size + i] = bytes[offset + i];
        }
        md5.update(bytes, offset, length);
        sha256.update(bytes, offset, length);
        scan.feed(bytes, offset, length);
        size += length;
    }

    /**
     * Takes more of the content.
     *
     * @throws CodebaseException {@code TooLarge}, {@code QuotaExceeded} or {@code Mismatch} as soon as it is certain
     */
    public void write(byte[] bytes, int offset, int length) throws CodebaseException {
        long limit = codebases.limits().fileBytes();
        if (length > limit - size) {
            keep = false;
            throw new CodebaseException.TooLarge("the file is larger than the " + limit + " bytes allowed", limit);
        }
        if (request.totalSize() > 0 && size + length > request.totalSize()) {
            keep = false;
            throw new CodebaseException.Mismatch("more came than the " + request.totalSize() + " bytes of total_size");
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (IOException e) {
            throw new CodebaseException.Failed("staging an upload", e);
        }
        digest(bytes, offset, length);
        if (size - checkedAt >= BUDGET_STEP) {
            checkedAt = size;
            codebases.checkBudget(codebase, replaced);
        }
    }

    /** The codebase that it is for. */
    public String codebaseId() {
        return codebase.id();
    }

    /** How many bytes there are so far, those of an earlier attempt included. */
    public long size() {
        return size;
    }

    /**
     * Puts the file in its place, replacing what was there at once. When this returns it is on the disk.
     *
     * @throws CodebaseException if what came is not what was announced, or it can't be put there; nothing is changed
     */
    public UploadResult finish() throws CodebaseException {
        if (request.totalSize() > 0 && size != request.totalSize()) {
            throw new CodebaseException.Mismatch(
                    size + " bytes came, not the " + request.totalSize() + " of total_size");
        }
        String sum = Hashes.hex(sha256);
        keep = false;
        if (!request.sha256().isEmpty() && !request.sha256().equals(sum)) {
            throw new CodebaseException.Mismatch("what came does not have the SHA-256 that was announced");
        }
        scan.end();
        UploadedSecrets secrets = scan.result();
        try {
            file.force(true);
        } catch (IOException e) {
            throw new CodebaseException.Failed("staging an upload", e);
        }
        codebases.change(codebase.id(), tree -> {
            place(tree);
            return path;
        });
        return new UploadResult(codebase.id(), request.path(), size, Hashes.hex(md5), sum, secrets);
    }

    private void place(Tree tree) throws CodebaseException {
        try {
            codebases.staging().permit(staged, mode());
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("staging an upload", e);
        }
        new Landing(codebases, codebase, tree).file(path, staged, size);
    }

    private int mode() {
        if (request.mode() != 0) {
            return request.mode();
        }
        return head[0] == '#' && head[1] == '!' ? 0755 : 0644;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            closeQuietly(file);
            if (!keep) {
                codebases.staging().drop(staged);
            }
            codebases.staging().release(staged);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Its content was forced to the disk, or is not needed.
            return;
        }
    }
}
