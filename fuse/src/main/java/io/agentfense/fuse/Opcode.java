package io.agentfense.fuse;

import org.jspecify.annotations.Nullable;

/**
 * The requests of the kernel: number, the bytes of the fixed struct behind the header, and how many NUL-terminated
 * names follow it. A request shorter than its row is refused before any handler sees it.
 */
enum Opcode {
    LOOKUP(1, 0, 1),
    FORGET(2, 8, 0),
    GETATTR(3, 16, 0),
    SETATTR(4, 88, 0),
    READLINK(5, 0, 0),
    SYMLINK(6, 0, 2),
    MKNOD(8, 16, 1),
    MKDIR(9, 8, 1),
    UNLINK(10, 0, 1),
    RMDIR(11, 0, 1),
    RENAME(12, 8, 2),
    LINK(13, 8, 1),
    OPEN(14, 8, 0),
    READ(15, 40, 0),
    WRITE(16, 40, 0),
    STATFS(17, 0, 0),
    RELEASE(18, 24, 0),
    FSYNC(20, 16, 0),
    SETXATTR(21, 8, 1),
    GETXATTR(22, 8, 1),
    LISTXATTR(23, 8, 0),
    REMOVEXATTR(24, 0, 1),
    FLUSH(25, 24, 0),
    INIT(26, 16, 0),
    OPENDIR(27, 8, 0),
    READDIR(28, 40, 0),
    RELEASEDIR(29, 24, 0),
    FSYNCDIR(30, 16, 0),
    GETLK(31, 48, 0),
    SETLK(32, 48, 0),
    SETLKW(33, 48, 0),
    ACCESS(34, 8, 0),
    CREATE(35, 16, 1),
    INTERRUPT(36, 8, 0),
    BMAP(37, 16, 0),
    DESTROY(38, 0, 0),
    IOCTL(39, 32, 0),
    POLL(40, 24, 0),
    NOTIFY_REPLY(41, 0, 0),
    BATCH_FORGET(42, 8, 0),
    FALLOCATE(43, 32, 0),
    READDIRPLUS(44, 40, 0),
    RENAME2(45, 16, 2),
    LSEEK(46, 24, 0),
    COPY_FILE_RANGE(47, 56, 0),
    SETUPMAPPING(48, 0, 0),
    REMOVEMAPPING(49, 0, 0),
    SYNCFS(50, 8, 0),
    TMPFILE(51, 16, 0),
    STATX(52, 24, 0),
    COPY_FILE_RANGE_64(53, 56, 0);

    private static final @Nullable Opcode[] BY_NUMBER = byNumber();

    final int number;
    final int structBytes;
    final int names;

    Opcode(int number, int structBytes, int names) {
        this.number = number;
        this.structBytes = structBytes;
        this.names = names;
    }

    /** The opcode of a number, or null if this protocol has none. */
    static @Nullable Opcode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    private static @Nullable Opcode[] byNumber() {
        @Nullable Opcode[] table = new Opcode[64];
        for (Opcode opcode : values()) {
            table[opcode.number] = opcode;
        }
        return table;
    }
}
