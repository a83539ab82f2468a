package io.agentfense.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on, but breaks the first so many on which an answer with a text in it comes, and withholds that. */
final class BreakingProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String server;
    private final String text;
    private final AtomicInteger left;

    BreakingProxy(String server, String text, int times) throws IOException {
        this.server = server;
        this.text = text;
        left = new AtomicInteger(times);
        Thread.startVirtualThread(this::accept);
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** How many more it will break. */
    int left() {
        return left.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                int colon = server.lastIndexOf(':');
                Socket there = new Socket(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
                Thread.startVirtualThread(() -> pass(client, there, false));
                Thread.startVirtualThread(() -> pass(there, client, true));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                String seen = new String(buffer, 0, got, StandardCharsets.ISO_8859_1);
                if (answers && seen.contains(text) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, got);
                out.flush();
            }
        } catch (IOException e) {
            // One of them went away.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
