package io.agentfense.cli.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A port of this machine's loopback device whose connections come out at a port of a sandbox. Confined to its thread. */
final class PortForward implements AutoCloseable {
    private final Server server;
    private final String path;
    private final ServerSocket listener;
    private final Consumer<String> complaints;

    /**
     * Listens.
     *
     * @param path of the port on the server
     * @param localPort 0 for any that is free
     * @param complaints hears why a connection could not be made
     * @throws IOException if that port is taken
     */
    PortForward(Server server, String path, int localPort, Consumer<String> complaints) throws IOException {
        this.server = server;
        this.path = path;
        this.complaints = complaints;
        listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort));
    }

    /** Where it listens. */
    int localPort() {
        return listener.getLocalPort();
    }

    /** Takes connections for as long as this is open. */
    void serve() throws IOException {
        while (true) {
            Socket connection = listener.accept();
            Thread.ofVirtual().start(() -> carry(connection));
        }
    }

    private void carry(Socket connection) {
        try (connection) {
            RemotePort remote = new RemotePort(connection);
            var socket = server.open(path, RemotePort.PROTOCOL, remote);
            remote.send(socket);
            remote.await();
        } catch (IOException | RuntimeException e) {
            complaints.accept("agentfense: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
