package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Terminals and pseudoterminals, {@code ioctl_tty(2)}. Thread-safe; the caller owns the descriptors. */
public final class Terminal {
    private static final long TCGETS = 0x5401;
    private static final long TCSETSW = 0x5403;
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;
    private static final long TIOCGPTN = 0x80045430L;

    /** {@code struct termios} of the kernel: four flag words, a line discipline, 19 control characters. */
    private static final int TERMIOS_BYTES = 36;

    private static final int INPUT_FLAGS = 0;
    private static final int OUTPUT_FLAGS = 4;
    private static final int CONTROL_FLAGS = 8;
    private static final int LOCAL_FLAGS = 12;
    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;

    private static final int IGNBRK_TO_IXON = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
    private static final int OPOST = 0x1;
    private static final int ECHO_ECHONL_ICANON_ISIG_IEXTEN = 0x8 | 0x40 | 0x2 | 0x1 | 0x8000;
    private static final int CSIZE_PARENB = 0x30 | 0x100;
    private static final int CS8 = 0x30;

    private Terminal() {}

    /** The size of the terminal behind a descriptor; empty if it is no terminal. */
    public static Optional<WindowSize> sizeOf(int fd) {
        MemorySegment size = Scratch.get().struct;
        // SAFETY: the kernel writes struct winsize, 8 bytes, into this thread's scratch.
        if (Syscall.call(Syscall.IOCTL, fd, TIOCGWINSZ, size.address()) < 0) {
            return Optional.empty();
        }
        return Optional.of(new WindowSize(size.get(JAVA_SHORT, 0) & 0xffff, size.get(JAVA_SHORT, 2) & 0xffff));
    }

    /**
     * Sets the size; the programs in its foreground get SIGWINCH if it changed.
     *
     * @throws LinuxException ENOTTY if it is no terminal
     */
    public static void resize(int fd, WindowSize newSize) throws LinuxException {
        MemorySegment size = Scratch.get().struct;
        size.set(JAVA_SHORT, 0, (short) newSize.rows());
        size.set(JAVA_SHORT, 2, (short) newSize.columns());
        size.set(JAVA_INT, 4, 0);
        // SAFETY: the kernel reads struct winsize, 8 bytes, from this thread's scratch.
        LinuxException.check("resize the terminal", Syscall.call(Syscall.IOCTL, fd, TIOCSWINSZ, size.address()));
    }

    /** Whether a descriptor is the master of a pseudoterminal, and not another file that someone calls so. */
    public static boolean isMaster(int fd) {
        // SAFETY: the kernel writes one int into this thread's scratch.
        return Syscall.call(Syscall.IOCTL, fd, TIOCGPTN, Scratch.get().struct.address()) == 0;
    }

    /**
     * Lets every byte through as it is, as {@code cfmakeraw(3)} does, until {@link #restore}.
     *
     * @return the modes before, for {@link #restore}
     * @throws LinuxException ENOTTY if it is no terminal
     */
    public static byte[] makeRaw(int fd) throws LinuxException {
        MemorySegment modes = Scratch.get().struct;
        // SAFETY: the kernel writes struct termios, 36 bytes, into this thread's scratch.
        LinuxException.check("read the terminal's modes", Syscall.call(Syscall.IOCTL, fd, TCGETS, modes.address()));
        byte[] before = modes.asSlice(0, TERMIOS_BYTES).toArray(JAVA_BYTE);
        clear(modes, INPUT_FLAGS, IGNBRK_TO_IXON);
        clear(modes, OUTPUT_FLAGS, OPOST);
        clear(modes, LOCAL_FLAGS, ECHO_ECHONL_ICANON_ISIG_IEXTEN);
        clear(modes, CONTROL_FLAGS, CSIZE_PARENB);
        modes.set(JAVA_INT, CONTROL_FLAGS, modes.get(JAVA_INT, CONTROL_FLAGS) | CS8);
        modes.set(JAVA_BYTE, VMIN, (byte) 1);
        modes.set(JAVA_BYTE, VTIME, (byte) 0);
        set(fd, modes);
        return before;
    }

    private static void clear(MemorySegment modes, long offset, int bits) {
        modes.set(JAVA_INT, offset, modes.get(JAVA_INT, offset) & ~bits);
    }

    /**
     * Sets the modes that {@link #makeRaw} returned.
     *
     * @throws LinuxException ENOTTY or EIO if the terminal is gone
     */
    public static void restore(int fd, byte[] modes) throws LinuxException {
        MemorySegment struct = Scratch.get().struct;
        MemorySegment.copy(modes, 0, struct, JAVA_BYTE, 0, TERMIOS_BYTES);
        set(fd, struct);
    }

    private static void set(int fd, MemorySegment modes) throws LinuxException {
        // SAFETY: the kernel reads struct termios, 36 bytes, from this thread's scratch.
        LinuxException.check("set the terminal's modes", Syscall.call(Syscall.IOCTL, fd, TCSETSW, modes.address()));
    }
}
