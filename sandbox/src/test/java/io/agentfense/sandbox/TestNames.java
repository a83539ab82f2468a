package io.agentfense.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

/** A resolver that lies as an attacker's would: addresses in turn, and names that lead to others. */
final class TestNames implements AutoCloseable {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int NXDOMAIN = 3;

    /** A name, and what it leads to: addresses of both kinds; or in turn, one at a time; or another name. */
    private static final Map<String, List<String>> LEADS_TO = Map.ofEntries(
            Map.entry("api.example.com", List.of(OutsideWorld.GOOD)),
            Map.entry("good.wild.test", List.of(OutsideWorld.GOOD)),
            Map.entry("token.wild.test", List.of(OutsideWorld.GOOD)),
            Map.entry("bad.wild.test", List.of(OutsideWorld.GOOD)),
            Map.entry("mixed.wild.test", List.of("10.0.0.5", OutsideWorld.GOOD)),
            Map.entry("private.wild.test", List.of("10.0.0.5")),
            Map.entry("metadata.wild.test", List.of("169.254.169.254")),
            Map.entry("loopback.wild.test", List.of("127.0.0.1")),
            Map.entry("loopback6.wild.test", List.of("::1")),
            Map.entry("zero.wild.test", List.of("0.0.0.0")),
            Map.entry("shared.wild.test", List.of("100.64.0.1")),
            Map.entry("nat64.wild.test", List.of("64:ff9b::a00:5")),
            Map.entry("sixtofour.wild.test", List.of("2002:a00:5::1")),
            Map.entry("unique.wild.test", List.of("fd00:ec2::254")),
            Map.entry("multicast.wild.test", List.of("224.0.0.251")),
            Map.entry("benchmark.wild.test", List.of("198.18.0.1")),
            Map.entry("listed.wild.test", List.of("10.9.0.1")),
            Map.entry("rebinding.wild.test", List.of("turn", OutsideWorld.GOOD, "169.254.169.254")),
            Map.entry("alias.wild.test", List.of("cname", "metadata.internal")),
            Map.entry("metadata.internal", List.of("169.254.169.254")));

    private final DatagramSocket socket;
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> turns = new ConcurrentHashMap<>();

    TestNames(DatagramSocket socket, ThreadFactory threads) {
        this.socket = socket;
        threads.newThread(this::serve).start();
    }

    /** The names that it was asked for. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void serve() {
        byte[] bytes = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(bytes, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private byte[] answer(byte[] query) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(query, 12, query.length - 12);
        StringBuilder name = new StringBuilder();
        for (int length = in.get(); length > 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label));
        }
        int type = in.getShort();
        in.getShort();
        int questionEnd = in.position();
        asked.add(name.toString());
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        int count = add(new DataOutputStream(records), name.toString(), type);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(all);
        out.write(query, 0, 2);
        out.writeShort(0x8180 | (LEADS_TO.containsKey(name.toString()) ? 0 : NXDOMAIN));
        out.writeShort(1);
        out.writeShort(count);
        out.writeInt(0);
        out.write(query, 12, questionEnd - 12);
        records.writeTo(out);
        return all.toByteArray();
    }

    private int add(DataOutputStream out, String name, int type) throws IOException {
        List<String> leads = LEADS_TO.getOrDefault(name, List.of());
        if (leads.isEmpty()) {
            return 0;
        }
        if (leads.getFirst().equals("cname")) {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            writeName(new DataOutputStream(target), leads.get(1));
            record(out, name, CNAME, target.toByteArray());
            return 1 + add(out, leads.get(1), type);
        }
        List<String> literals = leads;
        if (leads.getFirst().equals("turn")) {
            int turn = type == A ? turns.merge(name, 1, Integer::sum) : 1;
            literals = List.of(leads.get(1 + (turn - 1) % (leads.size() - 1)));
        }
        int count = 0;
        for (String literal : literals) {
            byte[] address = InetAddress.getByName(literal).getAddress();
            if (address.length == (type == A ? 4 : type == AAAA ? 16 : -1)) {
                record(out, name, type, address);
                count++;
            }
        }
        return count;
    }

    private static void record(DataOutputStream out, String name, int type, byte[] data) throws IOException {
        writeName(out, name);
        out.writeShort(type);
        out.writeShort(1);
        out.writeInt(0);
        out.writeShort(data.length);
        out.write(data);
    }

    private static void writeName(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.")) {
            out.writeByte(label.length());
            out.writeBytes(label);
        }
        out.writeByte(0);
    }

    @Override
    public void close() {
        socket.close();
    }
}
