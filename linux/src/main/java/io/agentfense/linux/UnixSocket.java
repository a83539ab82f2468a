package io.agentfense.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets with descriptors between processes: {@code unix(7)} sockets of type SOCK_SEQPACKET. Nothing here waits:
 * a call that would answers EAGAIN. Thread-safe as the kernel is.
 */
public final class UnixSocket {
    /** The most descriptors that one packet may bring; more are dropped by the kernel and the packet is refused. */
    public static final int MAX_DESCRIPTORS = 8;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PASSCRED = 16;
    private static final long SETSOCKOPT = 54;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** {@code struct cmsghdr}: length u64, level and type i32; its data follows, padded to 8 bytes. */
    private static final int CMSG_HEADER = 16;

    private static final int CREDENTIALS_SPACE = CMSG_HEADER + 16;
    private static final int DESCRIPTORS_SPACE = CMSG_HEADER + 4 * MAX_DESCRIPTORS;
    private static final int CONTROL_BYTES = CREDENTIALS_SPACE + DESCRIPTORS_SPACE;

    private UnixSocket() {}

    /**
     * Two connected sockets, close-on-exec.
     *
     * @param ours the one that is kept; receiving from it also tells who sent
     * @param theirs the one that is given away
     */
    public record Pair(int ours, int theirs) {}

    /**
     * What came in.
     *
     * @param length the bytes of the packet; 0 at the end of the file
     * @param descriptors what came along, close-on-exec, owned by the receiver
     * @param sender the sending process's id as seen from here, by the kernel's word; 0 if unknown
     */
    public record Packet(int length, List<Integer> descriptors, int sender) {}

    /**
     * {@code socketpair(2)}.
     *
     * @throws LinuxException EMFILE or ENFILE if there are too many descriptors
     */
    public static Pair pair() throws LinuxException {
        MemorySegment struct = Scratch.get().struct;
        // SAFETY: the kernel writes two ints into this thread's scratch.
        LinuxException.check(
                "socketpair",
                Syscall.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, struct.address()));
        Pair pair = new Pair(struct.get(JAVA_INT, 0), struct.get(JAVA_INT, 4));
        tellSender(pair.ours);
        return pair;
    }

    /** Has the kernel say with each packet who sent it. */
    static void tellSender(int socket) {
        MemorySegment struct = Scratch.get().struct;
        struct.set(JAVA_INT, 0, 1);
        // SAFETY: the option is an int in this thread's scratch.
        Syscall.call(SETSOCKOPT, socket, SOL_SOCKET, SO_PASSCRED, struct.address(), 4);
    }

    /**
     * Sends one packet with descriptors, which stay open here.
     *
     * @throws LinuxException EPIPE if the other side is gone, EAGAIN if it does not read, EMFILE
     */
    public static void send(int socket, byte[] packet, int... descriptors) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(packet.length, 8);
            MemorySegment.copy(packet, 0, data, JAVA_BYTE, 0, packet.length);
            MemorySegment control = arena.allocate(DESCRIPTORS_SPACE, 8);
            int controlLength = putDescriptors(control, descriptors);
            MemorySegment message = message(arena, data, control, controlLength);
            // SAFETY: the header, its vector, the data and the control bytes live in the arena until after the call.
            LinuxException.check(
                    "sendmsg", Syscall.call(Syscall.SENDMSG, socket, message.address(), MSG_DONTWAIT | MSG_NOSIGNAL));
        }
    }

    private static int putDescriptors(MemorySegment control, int[] descriptors) {
        if (descriptors.length == 0) {
            return 0;
        }
        if (descriptors.length > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException("a packet brings at most " + MAX_DESCRIPTORS + " descriptors");
        }
        int length = CMSG_HEADER + 4 * descriptors.length;
        control.set(JAVA_LONG, 0, length);
        control.set(JAVA_INT, 8, SOL_SOCKET);
        control.set(JAVA_INT, 12, SCM_RIGHTS);
        MemorySegment.copy(descriptors, 0, control, JAVA_INT, CMSG_HEADER, descriptors.length);
        return align(length);
    }

    /**
     * Receives one packet into the start of an array.
     *
     * @throws LinuxException EAGAIN if there is none, EOVERFLOW if it or its descriptors did not fit (they are closed)
     */
    public static Packet receive(int socket, byte[] into) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(into.length, 8);
            MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
            MemorySegment message = message(arena, data, control, CONTROL_BYTES);
            long result = receive(socket, message);
            if (result == -Errno.ECONNRESET) {
                // The other side ended with something of ours unread. That is told once, before what it sent.
                result = receive(socket, message);
            }
            int length = (int) LinuxException.check("recvmsg", result);
            Packet packet = parse(length, control, message.get(JAVA_LONG, 40));
            if ((message.get(JAVA_INT, 48) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                closeAll(packet.descriptors);
                throw new LinuxException("recvmsg", Errno.EOVERFLOW);
            }
            MemorySegment.copy(data, JAVA_BYTE, 0, into, 0, length);
            return packet;
        }
    }

    private static long receive(int socket, MemorySegment message) {
        // SAFETY: the kernel writes no more than the lengths in the header say; all lives in the caller's arena.
        return Syscall.call(Syscall.RECVMSG, socket, message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    }

    private static Packet parse(int length, MemorySegment control, long controlLength) {
        List<Integer> descriptors = new ArrayList<>();
        int sender = 0;
        for (long at = 0; at + CMSG_HEADER <= controlLength; ) {
            int entry = (int) control.get(JAVA_LONG, at);
            int type = control.get(JAVA_INT, at + 12);
            if (type == SCM_RIGHTS) {
                for (int offset = CMSG_HEADER; offset < entry; offset += 4) {
                    descriptors.add(control.get(JAVA_INT, at + offset));
                }
            } else if (type == SCM_CREDENTIALS) {
                sender = control.get(JAVA_INT, at + CMSG_HEADER);
            }
            at += align(entry);
        }
        return new Packet(length, descriptors, sender);
    }

    /** Closes descriptors that came with a packet. */
    public static void closeAll(List<Integer> descriptors) {
        for (int descriptor : descriptors) {
            Descriptor.close(descriptor);
        }
    }

    /** {@code struct msghdr}: name, its length, vector, its count, control, its length, flags; 56 bytes. */
    private static MemorySegment message(Arena arena, MemorySegment data, MemorySegment control, long controlLength) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(JAVA_LONG, 0, data.address());
        vector.set(JAVA_LONG, 8, data.byteSize());
        MemorySegment message = arena.allocate(56, 8);
        message.set(JAVA_LONG, 16, vector.address());
        message.set(JAVA_LONG, 24, 1);
        message.set(JAVA_LONG, 32, control.address());
        message.set(JAVA_LONG, 40, controlLength);
        return message;
    }

    private static int align(int length) {
        return (length + 7) & ~7;
    }
}
