package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.DescriptorType;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;
import io.agentfense.sandbox.guest.GuestConnection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one command: the descriptors it gets, and the pumps for those that do not lead straight to where they
 * shall go. Not thread-safe.
 */
final class Streams implements AutoCloseable {
    /** The first of the poll slots that the pumps use. */
    static final int FIRST_SLOT = 1;

    /** How many slots the pumps use. */
    static final int SLOTS = 3;

    private static final String NULL_DEVICE = "/dev/null";

    /** What one thread moves at a time: a command that writes nothing has none. */
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[Transfer.MAX_BYTES]);

    private final List<Integer> toClose = new ArrayList<>();
    private final List<OutputPump> outputs = new ArrayList<>();
    private final int[] given = {-1, -1, -1};
    private InputPump input = InputPump.none(FIRST_SLOT);
    private @Nullable DescriptorOutputStream pipedInput;

    private final HostUser owner;

    private Streams(HostUser owner) {
        this.owner = owner;
    }

    /**
     * Opens the streams of a command.
     *
     * @param owner who the pipes are to belong to, so that the command may open its own again, as /dev/stdout is
     * @throws LinuxException EMFILE or ENFILE if there are too many descriptors
     */
    static Streams open(Input stdin, Output stdout, Output stderr, HostUser owner) throws LinuxException {
        Streams streams = new Streams(owner);
        try {
            streams.openInput(stdin);
            streams.openOutput(1, stdout);
            streams.openOutput(2, stderr);
            return streams;
        } catch (LinuxException e) {
            streams.closeGiven();
            streams.close();
            throw e;
        }
    }

    /**
     * The streams of a command in a terminal: all go through its master.
     *
     * @param owner whose terminal it is
     * @param toRead a descriptor of the master, owned by the streams
     * @param toWrite another one, owned by the streams
     */
    static Streams ofTerminal(Command command, HostUser owner, int toRead, int toWrite) {
        Streams streams = new Streams(owner);
        Pipe.dontBlock(toRead);
        streams.outputs.add(OutputPump.of(FIRST_SLOT + 1, toRead, command.stdout()));
        switch (command.stdin()) {
            case Input.None _ -> Descriptor.close(toWrite);
            case Input.Bytes bytes -> streams.input = InputPump.ofBytes(FIRST_SLOT, bytes.content(), toWrite);
            case Input.Descriptor source -> streams.input = InputPump.ofDescriptor(FIRST_SLOT, source.fd(), toWrite);
            case Input.Piped _ -> streams.pipedInput = new DescriptorOutputStream(toWrite);
        }
        return streams;
    }

    private void openInput(Input source) throws LinuxException {
        switch (source) {
            case Input.None _ -> give(0, nullDevice());
            case Input.Bytes bytes -> input = InputPump.ofBytes(FIRST_SLOT, bytes.content(), inputPipe());
            case Input.Descriptor given when isPassedOn(given.fd()) -> this.given[0] = given.fd();
            case Input.Descriptor read -> input = InputPump.ofDescriptor(FIRST_SLOT, read.fd(), inputPipe());
            case Input.Piped _ -> pipedInput = new DescriptorOutputStream(inputPipe());
        }
    }

    /** Gives the command the end of a pipe to read; returns the other, which does not block. */
    private int inputPipe() throws LinuxException {
        Pipe pipe = openPipe();
        give(0, pipe.readEnd());
        Pipe.dontBlock(pipe.writeEnd());
        return pipe.writeEnd();
    }

    private void openOutput(int target, Output output) throws LinuxException {
        switch (output) {
            case Output.Discarded _ -> give(target, nullDevice());
            case Output.Descriptor descriptor when isPassedOn(descriptor.fd()) -> given[target] = descriptor.fd();
            case Output.Descriptor _, Output.Captured _, Output.Streamed _ -> {
                Pipe pipe = openPipe();
                give(target, pipe.writeEnd());
                Pipe.dontBlock(pipe.readEnd());
                outputs.add(OutputPump.of(FIRST_SLOT + target, pipe.readEnd(), output));
            }
        }
    }

    private Pipe openPipe() throws LinuxException {
        Pipe pipe = Pipe.open();
        if (owner.isOwn()) {
            Descriptor.chown(pipe.readEnd(), (int) owner.uid(), (int) owner.gid());
        }
        return pipe;
    }

    private static int nullDevice() throws LinuxException {
        return Descriptor.open(NULL_DEVICE, OpenFlags.O_RDWR);
    }

    private static boolean isPassedOn(int fd) {
        return switch (DescriptorType.of(fd)) {
            case PIPE, CHARACTER_DEVICE -> true;
            case REGULAR_FILE, DIRECTORY, BLOCK_DEVICE, SOCKET, OTHER -> false;
        };
    }

    private void give(int target, int fd) {
        given[target] = fd;
        toClose.add(fd);
    }

    /** The descriptor that the command gets as its 0, 1 or 2. */
    int given(int target) {
        return given[target];
    }

    /** Closes our copies of what the command got, once it has them. */
    void closeGiven() {
        for (int fd : toClose) {
            Descriptor.close(fd);
        }
        toClose.clear();
    }

    /** What {@link Execution#stdin()} gives; null if the input is not piped. */
    @Nullable
    DescriptorOutputStream pipedInput() {
        return pipedInput;
    }

    void watch(PollSet poll) {
        input.watch(poll);
        for (OutputPump output : outputs) {
            output.watch(poll);
        }
    }

    void transfer(PollSet poll) throws LinuxException {
        input.transfer(poll);
        for (OutputPump output : outputs) {
            output.transfer(poll, BUFFER.get());
        }
    }

    /** Whether more output may come. */
    boolean isOutputOpen() {
        for (OutputPump output : outputs) {
            if (output.isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Leaves the outputs that may still be written to the guest, so that background processes don't get SIGPIPE. */
    void leaveTo(GuestConnection guest) {
        for (OutputPump output : outputs) {
            output.leaveTo(guest);
        }
    }

    /** What was captured of output 1 or 2. */
    CapturedOutput captured(int target) {
        for (OutputPump output : outputs) {
            if (output.isOf(target)) {
                return output.captured();
            }
        }
        return CapturedOutput.NONE;
    }

    @Override
    public void close() {
        input.close();
        if (pipedInput != null) {
            pipedInput.close();
        }
        for (OutputPump output : outputs) {
            output.close();
        }
    }
}
