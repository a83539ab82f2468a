package io.agentfense.sandbox.files;

import io.agentfense.sandbox.files.FileEvent.What;
import io.agentfense.sandbox.files.SearchResult.Match;
import io.agentfense.sandbox.guest.ProtocolException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** One record of an answer: {@code enum record_kind}. */
sealed interface FileRecord {
    record Entry(FileEntry entry) implements FileRecord {}

    record Data(byte[] bytes) implements FileRecord {}

    record Found(Match match) implements FileRecord {}

    record Event(FileEvent event) implements FileRecord {}

    record End(int error, boolean more) implements FileRecord {}

    int MAX_ERROR = 4096;

    /** Reads the body of a record, which has to be just as long as it says. */
    static FileRecord parse(int kind, ByteBuffer body) throws ProtocolException {
        FileRecord record = switch (kind) {
            case 1 -> entry(body);
            case 2 -> new Data(take(body, body.remaining()));
            case 3 -> found(body);
            case 4 -> event(body);
            case 5 -> end(body);
            default -> throw new ProtocolException("a record of kind " + kind);
        };
        if (body.hasRemaining()) {
            throw new ProtocolException("a record that is too long");
        }
        return record;
    }

    private static FileRecord entry(ByteBuffer body) throws ProtocolException {
        need(body, 32);
        int mode = body.getInt();
        int nameLength = body.getInt();
        long size = body.getLong();
        Instant modified = instant(body.getLong(), body.getInt());
        int targetLength = body.getInt();
        SandboxPath name = path(body, nameLength);
        SandboxPath target = path(body, targetLength);
        FileEntry.Type type = FileEntry.Type.of(mode);
        if (size < 0) {
            throw new ProtocolException("a negative size");
        }
        return new Entry(new FileEntry(
                name,
                type,
                mode & 07777,
                size,
                modified,
                type == FileEntry.Type.LINK ? Optional.of(target) : Optional.empty()));
    }

    private static Instant instant(long seconds, int nanos) throws ProtocolException {
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProtocolException("a time that no calendar has");
        }
    }

    private static FileRecord found(ByteBuffer body) throws ProtocolException {
        need(body, 16);
        long line = body.getLong();
        int pathLength = body.getInt();
        int lineLength = body.getInt();
        return new Found(new Match(path(body, pathLength), line, take(body, lineLength)));
    }

    private static FileRecord event(ByteBuffer body) throws ProtocolException {
        need(body, 16);
        int what = body.getInt();
        boolean directory = body.getInt() != 0;
        int pathLength = body.getInt();
        body.getInt();
        if (what < 1 || what > What.values().length) {
            throw new ProtocolException("an event " + what);
        }
        return new Event(new FileEvent(What.values()[what - 1], directory, path(body, pathLength)));
    }

    private static FileRecord end(ByteBuffer body) throws ProtocolException {
        need(body, 8);
        int error = body.getInt();
        if (error < 0 || error > MAX_ERROR) {
            throw new ProtocolException("an error " + error);
        }
        return new End(error, body.getInt() != 0);
    }

    private static void need(ByteBuffer body, int bytes) throws ProtocolException {
        if (body.remaining() < bytes) {
            throw new ProtocolException("a record that is too short");
        }
    }

    private static byte[] take(ByteBuffer body, int length) throws ProtocolException {
        if (length < 0 || length > body.remaining()) {
            throw new ProtocolException("a part longer than its record");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    private static SandboxPath path(ByteBuffer body, int length) throws ProtocolException {
        try {
            return SandboxPath.of(take(body, length));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a path that can be none");
        }
    }
}
