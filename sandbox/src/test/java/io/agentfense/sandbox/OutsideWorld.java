package io.agentfense.sandbox;

import io.agentfense.egress.EgressLoops;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Syscall;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * A network namespace that plays the world: every address is there. On many ports whoever comes is written down, which
 * is how tests know that something got out; few addresses have servers that may be reached. The threads of the egress
 * live in it, so that what they connect to is this world and no other.
 */
final class OutsideWorld implements AutoCloseable {
    /** Of the servers that may be reached. */
    static final String GOOD = "93.184.216.34";

    /** The resolver that the policies name. */
    static final InetSocketAddress RESOLVER = new InetSocketAddress("9.9.9.9", 1053);

    private static final long SETNS = 308;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int[] STREAM_PORTS = {7, 22, 25, 53, 80, 81, 443, 853, 3128, 4444, 5000, 8080, 8443, 9000, 9999
    };
    private static final int[] DATAGRAM_PORTS = {53, 123, 443, 5353, 9999};

    private final int namespace;
    private final List<AutoCloseable> servers = new ArrayList<>();
    private final Map<SocketAddress, Service> services = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> escapes = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final TestNames names;

    private OutsideWorld(int namespace) throws IOException {
        this.namespace = namespace;
        for (int port : STREAM_PORTS) {
            listen(port);
        }
        for (int port : DATAGRAM_PORTS) {
            datagrams(port);
        }
        names = new TestNames(inside(() -> new DatagramSocket(RESOLVER)), threads());
        servers.add(names);
    }

    static OutsideWorld open() throws IOException {
        FutureTask<Integer> made = new FutureTask<>(OutsideWorld::makeNamespace);
        Thread.ofPlatform().start(made);
        return new OutsideWorld(get(made));
    }

    /** On a thread of its own, whose namespace it becomes. */
    private static int makeNamespace() throws Exception {
        // SAFETY: no memory is passed.
        LinuxException.check("unshare", Syscall.call(Syscall.UNSHARE, CLONE_NEWNET));
        for (String setting : List.of(
                "link set lo up",
                "route add local 0.0.0.0/0 dev lo table local",
                "-6 route add local ::/0 dev lo table local")) {
            List<String> command = new ArrayList<>(List.of("ip"));
            command.addAll(List.of(setting.split(" ")));
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IOException("ip " + setting);
            }
        }
        return Descriptor.open("/proc/thread-self/ns/net", OpenFlags.O_RDONLY);
    }

    private static <T> T get(FutureTask<T> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    /** Threads in this world. */
    ThreadFactory threads() {
        ThreadFactory plain = Thread.ofPlatform().daemon().name("world-", 0).factory();
        return runnable -> plain.newThread(() -> {
            // SAFETY: no memory is passed. A network namespace is each thread's own.
            long result = Syscall.call(SETNS, namespace, CLONE_NEWNET);
            if (result != 0) {
                throw new AssertionError("setns: " + result);
            }
            runnable.run();
        });
    }

    /** The threads of an egress that leads here. */
    EgressLoops loops() {
        return EgressLoops.start(1, threads());
    }

    <T> T inside(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        threads().newThread(task).start();
        return get(task);
    }

    /** What serves one connection. */
    @FunctionalInterface
    interface Service {
        void serve(Socket socket) throws Exception;
    }

    /** Serves streams at an address of this world; all others are for nobody to reach. */
    void streams(InetSocketAddress address, Service service) {
        services.put(address, service);
    }

    private void listen(int port) throws IOException {
        ServerSocket server = inside(() -> new ServerSocket(port, 200));
        servers.add(server);
        threads()
                .newThread(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket socket = server.accept();
                            threads().newThread(() -> serve(socket)).start();
                        } catch (IOException e) {
                            return;
                        }
                    }
                })
                .start();
    }

    private void serve(Socket socket) {
        try (socket) {
            services.getOrDefault(socket.getLocalSocketAddress(), this::recordEscape)
                    .serve(socket);
        } catch (Exception e) {
            // The client's end.
            return;
        }
    }

    private void recordEscape(Socket socket) throws IOException {
        escapes.add("tcp " + socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort());
        socket.setSoTimeout(500);
        try (InputStream input = socket.getInputStream()) {
            escapes.add(new String(input.readNBytes(100)));
        }
    }

    private void datagrams(int port) throws IOException {
        DatagramSocket socket = inside(() -> new DatagramSocket(new InetSocketAddress(port)));
        servers.add(socket);
        threads()
                .newThread(() -> {
                    byte[] bytes = new byte[1500];
                    while (!socket.isClosed()) {
                        try {
                            DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                            socket.receive(packet);
                            escapes.add("udp to port " + port + ": " + packet.getLength() + " bytes");
                        } catch (IOException e) {
                            return;
                        }
                    }
                })
                .start();
    }

    /** What reached a server that it should not have. */
    List<String> escapes() {
        return List.copyOf(escapes);
    }

    /** Writes down what a server that may be reached was asked. */
    void noteRequest(String request) {
        requests.add(request);
    }

    /** What servers that may be reached were asked. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Its resolver, which is asked by the egress alone. */
    TestNames names() {
        return names;
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        Descriptor.close(namespace);
    }
}
