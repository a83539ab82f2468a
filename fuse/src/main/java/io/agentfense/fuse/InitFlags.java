package io.agentfense.fuse;

/** Capabilities that kernel and server agree on at INIT; bits from 32 up travel in {@code flags2}. */
public final class InitFlags {
    public static final long ASYNC_READ = 1L;
    public static final long ATOMIC_O_TRUNC = 1L << 3;
    public static final long BIG_WRITES = 1L << 5;
    public static final long DONT_MASK = 1L << 6;
    public static final long DO_READDIRPLUS = 1L << 13;
    public static final long ASYNC_DIO = 1L << 15;
    public static final long NO_OPEN_SUPPORT = 1L << 17;
    public static final long PARALLEL_DIROPS = 1L << 18;
    public static final long MAX_PAGES = 1L << 22;
    public static final long CACHE_SYMLINKS = 1L << 23;
    public static final long NO_OPENDIR_SUPPORT = 1L << 24;
    public static final long EXPLICIT_INVAL_DATA = 1L << 25;
    public static final long HANDLE_KILLPRIV_V2 = 1L << 28;
    public static final long INIT_EXT = 1L << 30;
    public static final long HAS_EXPIRE_ONLY = 1L << 35;
    public static final long PASSTHROUGH = 1L << 37;
    public static final long NO_EXPORT_SUPPORT = 1L << 38;

    private InitFlags() {}
}
