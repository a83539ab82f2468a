package io.agentfense.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A resolver on loopback, by which every name leads to loopback. */
final class LoopbackNames implements AutoCloseable {
    private static final int HEADER = 12;
    private static final short TYPE_A = 1;

    private final DatagramSocket socket;

    private LoopbackNames(DatagramSocket socket) {
        this.socket = socket;
    }

    static LoopbackNames open() throws IOException {
        LoopbackNames names =
                new LoopbackNames(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Thread.ofVirtual().start(names::serve);
        return names;
    }

    /** As {@code host:port}. */
    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        byte[] bytes = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(bytes, 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static byte[] answer(ByteBuffer query) {
        int end = HEADER;
        while (query.get(end) != 0) {
            end += 1 + query.get(end);
        }
        boolean known = query.getShort(end + 1) == TYPE_A;
        byte[] question = new byte[end + 5 - HEADER];
        query.get(HEADER, question);
        ByteBuffer answer = ByteBuffer.allocate(512)
                .putShort(query.getShort(0))
                .putShort((short) 0x8180)
                .putShort((short) 1)
                .putShort((short) (known ? 1 : 0))
                .putInt(0)
                .put(question);
        if (known) {
            // The name of the question, an address of 4 bytes that nobody keeps.
            answer.putShort((short) (0xc000 | HEADER))
                    .putShort(TYPE_A)
                    .putShort((short) 1)
                    .putInt(0);
            answer.putShort((short) 4).putInt(0x7f000001);
        }
        byte[] sent = new byte[answer.position()];
        answer.get(0, sent);
        return sent;
    }

    @Override
    public void close() {
        socket.close();
    }
}
