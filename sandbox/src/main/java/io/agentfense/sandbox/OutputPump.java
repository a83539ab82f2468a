package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;
import io.agentfense.sandbox.guest.GuestConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Moves one output from a descriptor that does not block to where it shall go. Not thread-safe. */
final class OutputPump implements AutoCloseable {
    private final int slot;
    private final Output.Receiver receiver;
    private final Capture capture;
    private int source;
    private boolean unwanted;

    private OutputPump(int slot, int source, Output.Receiver receiver, Capture capture) {
        this.slot = slot;
        this.source = source;
        this.receiver = receiver;
        this.capture = capture;
    }

    /** A pump whose source, which it owns, is watched in a slot. */
    static OutputPump of(int slot, int source, Output output) {
        Capture capture = new Capture(output instanceof Output.Captured captured ? captured.limit() : 0);
        Output.Receiver receiver = switch (output) {
            case Output.Captured _ -> capture;
            case Output.Discarded _ -> (_, _) -> {};
            case Output.Streamed streamed -> streamed.receiver();
            case Output.Descriptor descriptor ->
                (bytes, length) -> Transfer.writeFully(descriptor.fd(), Arrays.copyOf(bytes, length));
        };
        return new OutputPump(slot, source, receiver, capture);
    }

    /** Whether this is the pump of output 1 or 2. */
    boolean isOf(int target) {
        return slot == Streams.FIRST_SLOT + target;
    }

    boolean isOpen() {
        return source >= 0;
    }

    void watch(PollSet poll) {
        if (isOpen()) {
            poll.watchInput(slot, source);
        } else {
            poll.ignore(slot);
        }
    }

    /** Moves what is there, if the slot is ready, by way of a buffer. */
    void transfer(PollSet poll, byte[] buffer) throws LinuxException {
        if (isOpen() && poll.isReady(slot)) {
            int read = Transfer.read(source, buffer);
            // EIO: the last program left the terminal, of which this is the master.
            if (read == 0 || read == -Errno.EIO) {
                close();
            } else if (read != -Errno.EAGAIN && read != -Errno.EINTR) {
                deliver(buffer, (int) LinuxException.check("read a command's output", read));
            }
        }
    }

    private void deliver(byte[] buffer, int length) {
        if (!unwanted) {
            try {
                receiver.receive(buffer, length);
            } catch (IOException e) {
                // Reading goes on, or the command would wait for ever for someone to take its output.
                unwanted = true;
            }
        }
    }

    void leaveTo(GuestConnection guest) {
        if (isOpen()) {
            guest.drain(source);
        }
    }

    CapturedOutput captured() {
        return capture.result();
    }

    @Override
    public void close() {
        Descriptor.close(source);
        source = -1;
    }

    private static final class Capture implements Output.Receiver {
        private final int limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long written;

        Capture(int limit) {
            this.limit = limit;
        }

        @Override
        public void receive(byte[] bytes, int length) {
            int room = Math.min(length, limit - kept.size());
            kept.write(bytes, 0, room);
            written += length;
        }

        CapturedOutput result() {
            return new CapturedOutput(kept.toByteArray(), written);
        }
    }
}
