package io.agentfense.secret.tree;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.secret.ContentScan;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Scans files, with one buffer that is used again. Confined to its thread. */
final class FileReader {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final ContentScan scan;
    private final long maxBytes;
    private final Counters counters;
    private final TreeListener listener;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private final Stat stat = new Stat();

    FileReader(Scanner scanner, TreeOptions options, Counters counters, TreeListener listener) {
        this.scan = scanner.newScan(options.budget());
        this.maxBytes = options.maxBytes();
        this.counters = counters;
        this.listener = listener;
    }

    /** Scans the file at a path beneath a directory; no component may be a link. */
    void scan(int root, byte[] path) {
        int fd = Beneath.open(root, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY);
        if (fd < 0) {
            skip(path, fd);
            return;
        }
        try {
            scanOpen(fd, path);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Scans an open file, which stays the caller's to close. */
    void scanOpen(int fd, byte[] path) {
        int error = stat.read(fd);
        if (error < 0) {
            skip(path, error);
        } else if (!stat.isRegular()) {
            counters.notRegular.increment();
        } else if (stat.size > maxBytes) {
            counters.skipped.increment();
            listener.skipped(path, "larger than " + maxBytes + " bytes");
        } else {
            read(fd, path);
        }
    }

    private void read(int fd, byte[] path) {
        List<Finding> findings = new ArrayList<>();
        scan.begin(new String(path, StandardCharsets.ISO_8859_1), findings::add);
        long total = 0;
        long got = Descriptor.read(fd, buffer);
        while (got > 0) {
            scan.feed(buffer.asSlice(0, got));
            total += got;
            // A file that is being written to may never end.
            got = total > maxBytes ? -Errno.EFBIG : Descriptor.read(fd, buffer);
        }
        if (got < 0) {
            skip(path, (int) got);
        }
        boolean binary = scan.isBinary();
        if (!scan.end() && got >= 0) {
            counters.skipped.increment();
            listener.skipped(path, "more work than a file of its size may be; scanned in part");
        }
        counters.files.increment();
        counters.bytes.add(total);
        if (binary) {
            counters.binary.increment();
        }
        if (!findings.isEmpty()) {
            listener.found(path, findings);
        }
    }

    private void skip(byte[] path, int error) {
        counters.skipped.increment();
        listener.skipped(path, Errno.message(-error));
    }
}
