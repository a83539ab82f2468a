package io.agentfense.secret.watch;

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
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads files until it is known whether they hold a secret. Confined to one thread at a time. */
final class FileJudge {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** Filesystems tell times no finer than this: content may change and look the same. */
    private static final long UNSURE_MILLIS = 100;

    private final ContentScan scan;
    private final long maxBytes;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private final Stat stat = new Stat();
    private @Nullable Finding first;

    FileJudge(Scanner scanner, long maxBytes) {
        this.scan = scanner.newScan();
        this.maxBytes = maxBytes;
    }

    /**
     * What is known of a file.
     *
     * @param secret null if it holds none
     * @param settled whether content of the same state is the same content
     */
    record Judgement(FileState state, @Nullable SecretFile secret, boolean settled) {}

    /**
     * Judges a file beneath a directory; null if there is no regular file there any more. No component may be a link.
     *
     * @param seen its state a moment ago
     */
    @Nullable
    Judgement judge(int root, String name, FileState seen) {
        byte[] path = name.getBytes(StandardCharsets.ISO_8859_1);
        int fd = Beneath.open(root, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY);
        if (fd < 0) {
            return isGone(fd) ? null : unscanned(name, seen, false);
        }
        try {
            return stat.read(fd) < 0 || !stat.isRegular() ? null : read(fd, name);
        } finally {
            Descriptor.close(fd);
        }
    }

    /** Whether an error says that there is nothing of the kind, rather than that it can't be had. */
    static boolean isGone(int error) {
        return error == -Errno.ENOENT || error == -Errno.ENOTDIR || error == -Errno.ELOOP;
    }

    private static Judgement unscanned(String name, FileState state, boolean settled) {
        return new Judgement(state, new SecretFile(name, Finding.UNSCANNED, 0, state), settled);
    }

    private Judgement read(int fd, String name) {
        FileState before = FileState.of(stat);
        if (before.size() > maxBytes) {
            return unscanned(name, before, false);
        }
        long begun = Instant.now().toEpochMilli();
        first = null;
        scan.begin(name, finding -> first = first == null ? finding : first);
        long total = 0;
        long got = Descriptor.read(fd, buffer);
        while (got > 0 && first == null) {
            scan.feed(buffer.asSlice(0, got));
            total += got;
            got = total > maxBytes ? -Errno.EFBIG : Descriptor.read(fd, buffer);
        }
        boolean whole = scan.end() && got >= 0;
        boolean same = stat.read(fd) >= 0 && FileState.of(stat).equals(before);
        long changed = before.changeSeconds() * 1000 + before.changeNanos() / 1_000_000;
        boolean settled = same && changed < begun - UNSURE_MILLIS;
        Finding finding = first;
        if (finding != null) {
            SecretFile secret = new SecretFile(name, finding.rule().id(), finding.line(), before);
            return new Judgement(before, secret, settled);
        }
        return whole ? new Judgement(before, null, settled) : unscanned(name, before, settled);
    }
}
