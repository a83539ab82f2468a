package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;

/**
 * Moves input, from bytes or from a descriptor, to a descriptor that does not block. Not thread-safe.
 *
 * <p>It has one slot and waits in turns: for its source when it has nothing, else for room.
 */
final class InputPump implements AutoCloseable {
    private final int slot;
    private final int source;
    private int sink;
    private byte[] pending;
    private int position;
    private int end;

    private InputPump(int slot, int source, int sink, byte[] pending, int end) {
        this.slot = slot;
        this.source = source;
        this.sink = sink;
        this.pending = pending;
        this.end = end;
    }

    /** No input: the sink, if there is one, is left alone. */
    static InputPump none(int slot) {
        return new InputPump(slot, -1, -1, new byte[0], 0);
    }

    /** Bytes into a sink, which it owns. */
    static InputPump ofBytes(int slot, byte[] content, int sink) {
        return new InputPump(slot, -1, sink, content, content.length);
    }

    /** What a descriptor yields into a sink, which it owns. */
    static InputPump ofDescriptor(int slot, int source, int sink) {
        return new InputPump(slot, source, sink, new byte[Transfer.MAX_BYTES], 0);
    }

    void watch(PollSet poll) {
        if (position < end && sink >= 0) {
            poll.watchOutput(slot, sink);
        } else if (source >= 0 && sink >= 0) {
            poll.watchInput(slot, source);
        } else {
            close();
            poll.ignore(slot);
        }
    }

    /** Moves what can be moved, if the slot is ready. */
    void transfer(PollSet poll) {
        if (sink < 0 || !poll.isReady(slot)) {
            return;
        }
        if (position < end) {
            write();
        } else {
            fill();
        }
    }

    private void write() {
        int written = Transfer.write(sink, pending, position, end - position);
        if (written >= 0) {
            position += written;
        } else if (written != -Errno.EAGAIN && written != -Errno.EINTR) {
            // EPIPE: nobody reads it any more.
            close();
        }
    }

    private void fill() {
        int read = Transfer.read(source, pending);
        position = 0;
        end = Math.max(read, 0);
        if (read == 0 || (read < 0 && read != -Errno.EAGAIN && read != -Errno.EINTR)) {
            close();
        }
    }

    @Override
    public void close() {
        Descriptor.close(sink);
        sink = -1;
    }
}
