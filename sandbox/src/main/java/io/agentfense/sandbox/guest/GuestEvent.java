package io.agentfense.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a guest tells of a command: {@code struct event}. */
public sealed interface GuestEvent {
    /**
     * The command's terminal is open.
     *
     * @param master a descriptor, known to be the master of a pseudoterminal; the receiver owns it
     */
    record TerminalOpened(int master) implements GuestEvent {}

    /**
     * The command's first process exited.
     *
     * @param status 0 to 255
     * @param usage what it used
     */
    record Exited(int status, ResourceUsage usage) implements GuestEvent {}

    /**
     * A signal ended the command's first process.
     *
     * @param signal 1 to 64
     * @param usage what it used
     */
    record Signaled(int signal, ResourceUsage usage) implements GuestEvent {}

    /**
     * The command never ran.
     *
     * @param step what failed
     * @param errno why
     */
    record Failed(SetupStep step, int errno) implements GuestEvent {}

    /**
     * A shell waits for its next turn.
     *
     * @param status the exit status of the last turn, 0 to 255; 0 before the first
     */
    record Waiting(int status) implements GuestEvent {}

    /** Nothing of the command runs any more, and no other event will come. */
    record Gone() implements GuestEvent {}

    /** The size of every event but {@link Gone}, which is the end of the file. */
    int BYTES = 40;

    private static int bounded(int value, int from, int to, String what) throws ProtocolException {
        if (value < from || value > to) {
            throw new ProtocolException(what + " " + value);
        }
        return value;
    }

    /** Reads a packet that brought no descriptor. */
    static GuestEvent parse(byte[] packet, int length) throws ProtocolException {
        if (length == 0) {
            return new Gone();
        }
        ByteBuffer fields = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        if (length != BYTES) {
            throw new ProtocolException("an event of " + length + " bytes");
        }
        int value = fields.getInt(4);
        return switch (fields.getInt(0)) {
            case 2 -> new Exited(bounded(value, 0, 255, "exit status"), usage(fields));
            case 3 -> new Signaled(bounded(value, 1, 64, "signal"), usage(fields));
            case 4 -> new Failed(SetupStep.of(fields.getInt(8)), bounded(value, 1, 4095, "error number"));
            case 5 -> new Waiting(bounded(value, 0, 255, "exit status"));
            default -> throw new ProtocolException("event " + fields.getInt(0));
        };
    }

    private static ResourceUsage usage(ByteBuffer fields) throws ProtocolException {
        ResourceUsage usage = new ResourceUsage(fields.getLong(16), fields.getLong(24), fields.getLong(32));
        if (usage.userMicros() < 0 || usage.systemMicros() < 0 || usage.maxResidentKib() < 0) {
            throw new ProtocolException("negative use of resources");
        }
        return usage;
    }

    /** Whether a packet announces a terminal, the one event that brings a descriptor. */
    static boolean announcesTerminal(byte[] packet, int length) {
        return length == BYTES
                && ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == 1;
    }
}
