package io.agentfense.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The answer to one request, built in place. Handlers fill it and return zero; a handler that returns a negated errno
 * gets an answer without a body, whatever it filled. Belongs to one worker.
 *
 * <p>Header: {@code struct fuse_out_header}, 16 bytes.
 */
public final class Reply {
    static final int HEADER_BYTES = 16;
    private static final int ENTRY_BYTES = 40 + Attributes.BYTES;
    private static final int DIRENT_BYTES = 24;

    /** Answer of OPEN: the kernel keeps cached pages. */
    public static final int FOPEN_DIRECT_IO = 1;

    public static final int FOPEN_KEEP_CACHE = 1 << 1;
    public static final int FOPEN_CACHE_DIR = 1 << 3;
    public static final int FOPEN_NOFLUSH = 1 << 5;
    public static final int FOPEN_PASSTHROUGH = 1 << 7;

    /** How long "for as long as nothing is said to the contrary" is, in seconds. */
    public static final long FOREVER = 365L * 24 * 3600;

    final MemorySegment memory;

    private int body;
    private int limit;

    Reply(MemorySegment memory) {
        this.memory = memory;
    }

    void begin() {
        body = 0;
        limit = 0;
    }

    int bodyBytes() {
        return body;
    }

    /** Writes the header; returns the bytes of the whole message. */
    int finish(long unique, int error) {
        int total = HEADER_BYTES + (error == 0 ? body : 0);
        memory.set(JAVA_INT, 0, total);
        memory.set(JAVA_INT, 4, error);
        memory.set(JAVA_LONG, 8, unique);
        return total;
    }

    /** The address where a handler may put {@link #capacity()} bytes of data, to be announced by {@link #data}. */
    public long dataAddress() {
        return memory.address() + HEADER_BYTES + body;
    }

    /** The place for data as a segment of {@code bytes} bytes; for paths that are not hot, since it allocates. */
    public MemorySegment dataSegment(int bytes) {
        return memory.asSlice(HEADER_BYTES + body, Math.min(bytes, capacity()));
    }

    /** How many bytes still fit. */
    public int capacity() {
        return (int) memory.byteSize() - HEADER_BYTES - body;
    }

    /** Announces data that was put at {@link #dataAddress()}. */
    public void data(int bytes) {
        body += bytes;
    }

    /** A name that exists ({@code fuse_entry_out}); the kernel counts one lookup of {@code node}. */
    public void entry(long node, long timeToLive, Attributes attributes) {
        putEntry(HEADER_BYTES + body, node, timeToLive, attributes);
        body += ENTRY_BYTES;
    }

    /** A name that does not exist, for as long as told: node 0. */
    public void absent(long timeToLive) {
        int at = HEADER_BYTES + body;
        memory.asSlice(at, ENTRY_BYTES).fill((byte) 0);
        memory.set(JAVA_LONG, at + 16, timeToLive);
        body += ENTRY_BYTES;
    }

    private void putEntry(int at, long node, long timeToLive, Attributes attributes) {
        memory.set(JAVA_LONG, at, node);
        memory.set(JAVA_LONG, at + 8, 0);
        memory.set(JAVA_LONG, at + 16, timeToLive);
        memory.set(JAVA_LONG, at + 24, attributes.timeToLive);
        memory.set(JAVA_LONG, at + 32, 0);
        attributes.put(memory, at + 40);
    }

    /** Attributes alone ({@code fuse_attr_out}). */
    public void attributes(Attributes attributes) {
        int at = HEADER_BYTES + body;
        memory.set(JAVA_LONG, at, attributes.timeToLive);
        memory.set(JAVA_LONG, at + 8, 0);
        attributes.put(memory, at + 16);
        body += 16 + Attributes.BYTES;
    }

    /** An open file ({@code fuse_open_out}): its handle, FOPEN flags, and a backing id with FOPEN_PASSTHROUGH. */
    public void opened(long handle, int flags, int backing) {
        int at = HEADER_BYTES + body;
        memory.set(JAVA_LONG, at, handle);
        memory.set(JAVA_INT, at + 8, flags);
        memory.set(JAVA_INT, at + 12, backing);
        body += 16;
    }

    /** How much was written ({@code fuse_write_out}), or the size of an attribute ({@code fuse_getxattr_out}). */
    public void count(int bytes) {
        int at = HEADER_BYTES + body;
        memory.set(JAVA_INT, at, bytes);
        memory.set(JAVA_INT, at + 4, 0);
        body += 8;
    }

    /** An offset ({@code fuse_lseek_out}), or a copied range of 64 bits. */
    public void offset(long offset) {
        memory.set(JAVA_LONG, HEADER_BYTES + body, offset);
        body += 8;
    }

    /** The filesystem's size ({@code fuse_statfs_out}). */
    public void statistics(long blocks, long free, long files, long freeFiles, int blockSize) {
        int at = HEADER_BYTES + body;
        memory.asSlice(at, 80).fill((byte) 0);
        memory.set(JAVA_LONG, at, blocks);
        memory.set(JAVA_LONG, at + 8, free);
        memory.set(JAVA_LONG, at + 16, free);
        memory.set(JAVA_LONG, at + 24, files);
        memory.set(JAVA_LONG, at + 32, freeFiles);
        memory.set(JAVA_INT, at + 40, blockSize);
        memory.set(JAVA_INT, at + 44, 255);
        memory.set(JAVA_INT, at + 48, blockSize);
        body += 80;
    }

    /** Limits what directory entries may fill to the bytes that the caller asked for. */
    public void limit(int bytes) {
        limit = Math.min(bytes, capacity());
    }

    /** Whether an entry of this name length still fits, with attributes or without. */
    public boolean fits(int nameLength, boolean withAttributes) {
        return body + direntBytes(nameLength) + (withAttributes ? ENTRY_BYTES : 0) <= limit;
    }

    /** One entry of READDIR; {@code next} is the offset behind it. */
    public void dirent(long inode, long next, int type, byte[] name, int from, int nameLength) {
        int at = HEADER_BYTES + body;
        memory.set(JAVA_LONG, at, inode);
        memory.set(JAVA_LONG, at + 8, next);
        memory.set(JAVA_INT, at + 16, nameLength);
        memory.set(JAVA_INT, at + 20, type);
        MemorySegment.copy(name, from, memory, JAVA_BYTE, at + DIRENT_BYTES, nameLength);
        int padded = direntBytes(nameLength);
        for (int i = DIRENT_BYTES + nameLength; i < padded; i++) {
            memory.set(JAVA_BYTE, at + i, (byte) 0);
        }
        body += padded;
    }

    /** The attributes of the READDIRPLUS entry that follows; the kernel counts one lookup of {@code node}. */
    public void direntEntry(long node, long timeToLive, Attributes attributes) {
        entry(node, timeToLive, attributes);
    }

    /** Says that the READDIRPLUS entry that follows has no attributes: the kernel will look up what it needs. */
    public void direntWithoutEntry() {
        int at = HEADER_BYTES + body;
        for (int i = 0; i < ENTRY_BYTES; i += 8) {
            memory.set(JAVA_LONG, at + i, 0);
        }
        body += ENTRY_BYTES;
    }

    private static int direntBytes(int nameLength) {
        return (DIRENT_BYTES + nameLength + 7) & ~7;
    }

    /** The answer to INIT ({@code fuse_init_out}, 64 bytes). */
    void init(int minor, int readahead, long flags, int background, int maxWrite, int maxPages, int stackDepth) {
        int at = HEADER_BYTES + body;
        memory.asSlice(at, 64).fill((byte) 0);
        memory.set(JAVA_INT, at, 7);
        memory.set(JAVA_INT, at + 4, minor);
        memory.set(JAVA_INT, at + 8, readahead);
        memory.set(JAVA_INT, at + 12, (int) flags);
        memory.set(JAVA_SHORT, at + 16, (short) background);
        memory.set(JAVA_SHORT, at + 18, (short) (background * 3 / 4));
        memory.set(JAVA_INT, at + 20, maxWrite);
        memory.set(JAVA_INT, at + 24, 1);
        memory.set(JAVA_SHORT, at + 28, (short) maxPages);
        memory.set(JAVA_INT, at + 32, (int) (flags >>> 32));
        memory.set(JAVA_INT, at + 36, stackDepth);
        body += 64;
    }
}
