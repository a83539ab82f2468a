package io.agentfense.egress;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PidFd;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Syscall;
import io.agentfense.linux.Transfer;
import io.agentfense.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The process that is the server's hand in the network namespace of a sandbox (guest/src/network.c), and the thread that
 * listens to it. Thread-safe.
 */
final class NamespaceLink implements AutoCloseable {
    private static final int TO_SET_UP_MILLIS = 10_000;
    private static final int ORDER_BYTES = 8;
    private static final int SHUT_RDWR = 2;

    private final Child process;
    private final int socket;
    private final List<Integer> sockets = new ArrayList<>();
    private final Consumer<Notice.Packet> packets;
    private final AtomicInteger lastTag = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Integer>> orders = new ConcurrentHashMap<>();
    private final Thread listener;
    private volatile boolean ended;
    private boolean closed;

    private NamespaceLink(Child process, int socket, Consumer<Notice.Packet> packets) {
        this.process = process;
        this.socket = socket;
        this.packets = packets;
        listener = Thread.ofPlatform().name("network-" + process.pid()).daemon().unstarted(this::listen);
    }

    /** What the process is for; the names of its modes. */
    enum Mode {
        /** To connect to ports inside. */
        REACH,
        /** And to hold what all traffic to the world comes to. */
        EGRESS;

        String word() {
            return this == REACH ? "reach" : "egress";
        }
    }

    /**
     * Enters the namespace of a process.
     *
     * @param guest the guest program
     * @param packets hears of what was sent outside by other means than TCP, on a thread of its own
     * @throws IOException if that is not possible, with what the kernel said
     */
    static NamespaceLink open(Path guest, PidFd inside, Mode mode, Consumer<Notice.Packet> packets) throws IOException {
        int target = inside.duplicate();
        UnixSocket.Pair pair = UnixSocket.pair();
        Pipe errors = Pipe.open();
        Child process;
        try {
            List<String> command = List.of(guest.toString(), "network", mode.word());
            process = Child.start(command, target, pair.theirs(), errors.writeEnd());
        } catch (LinuxException e) {
            Descriptor.close(pair.ours());
            Descriptor.close(errors.readEnd());
            throw e;
        } finally {
            Descriptor.close(target);
            Descriptor.close(pair.theirs());
            Descriptor.close(errors.writeEnd());
        }
        NamespaceLink link = new NamespaceLink(process, pair.ours(), packets);
        try {
            link.setUp(errors.readEnd());
            return link;
        } catch (IOException | IllegalArgumentException e) {
            link.giveUp();
            throw e;
        } finally {
            Descriptor.close(errors.readEnd());
        }
    }

    private void setUp(int errors) throws IOException {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, socket);
        byte[] bytes = new byte[Notice.BYTES];
        boolean ready = false;
        while (!ready) {
            if (poll.await(TO_SET_UP_MILLIS) == 0) {
                throw new IOException("the network of the sandbox was not set up in time");
            }
            UnixSocket.Packet packet = UnixSocket.receive(socket, bytes);
            if (packet.length() == 0) {
                throw new IOException("the network of the sandbox can't be set up: " + printed(errors));
            }
            sockets.addAll(packet.descriptors());
            ready = Notice.parse(bytes, packet.length()) instanceof Notice.Ready;
        }
        listener.start();
    }

    private void giveUp() {
        UnixSocket.closeAll(sockets);
        Descriptor.close(socket);
        process.reap();
    }

    private static String printed(int errors) {
        Pipe.dontBlock(errors);
        byte[] text = new byte[1024];
        int length = Math.max(0, Transfer.read(errors, text));
        return new String(text, 0, length, StandardCharsets.UTF_8).strip();
    }

    /** The sockets of {@code enum network_socket}, in its order; whoever takes them closes them. */
    List<Integer> sockets() {
        return List.copyOf(sockets);
    }

    private void listen() {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, socket);
        byte[] bytes = new byte[Notice.BYTES];
        try {
            while (true) {
                poll.await(-1);
                UnixSocket.Packet packet = UnixSocket.receive(socket, bytes);
                if (packet.length() == 0) {
                    return;
                }
                take(Notice.parse(bytes, packet.length()), packet.descriptors());
            }
        } catch (LinuxException e) {
            // As if it had ended.
            return;
        } finally {
            ended = true;
            orders.values().forEach(NamespaceLink::fail);
        }
    }

    private static void fail(CompletableFuture<Integer> order) {
        order.completeExceptionally(new LinuxException("connect in a sandbox that has ended", Errno.EPIPE));
    }

    private void take(Notice notice, List<Integer> descriptors) {
        switch (notice) {
            case Notice.Packet packet -> packets.accept(packet);
            case Notice.Reached(int tag) -> {
                CompletableFuture<Integer> order = orders.remove(tag);
                if (order == null || descriptors.size() != 1 || !order.complete(descriptors.getFirst())) {
                    UnixSocket.closeAll(descriptors);
                }
            }
            case Notice.Unreached(int tag, int errno) -> {
                CompletableFuture<Integer> order = orders.remove(tag);
                if (order != null) {
                    order.completeExceptionally(new LinuxException("connect in the sandbox", errno));
                }
            }
            case Notice.Socket _, Notice.Ready _ -> UnixSocket.closeAll(descriptors);
        }
    }

    /**
     * Connects to a port of the loopback device inside. The descriptor that comes is the caller's; a {@link LinuxException}
     * comes with ECONNREFUSED if nobody listens, EPIPE if the sandbox has ended.
     */
    CompletableFuture<Integer> connect(int port) {
        int tag = lastTag.incrementAndGet();
        CompletableFuture<Integer> order = new CompletableFuture<>();
        orders.put(tag, order);
        byte[] bytes = ByteBuffer.allocate(ORDER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(tag)
                .putInt(port)
                .array();
        try {
            UnixSocket.send(socket, bytes);
        } catch (LinuxException e) {
            order.completeExceptionally(e);
        }
        if (ended) {
            fail(order);
        }
        var _ = order.whenComplete((_, _) -> orders.remove(tag));
        return order;
    }

    /** Ends the process; what it listened to is heard no more. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // SAFETY: no memory is passed. The listener sees the end of the file; only then is the number given up.
        Syscall.call(Syscall.SHUTDOWN, socket, SHUT_RDWR);
        try {
            listener.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Descriptor.close(socket);
        process.reap();
    }
}
