package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.DescriptorType;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.PollSet;
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

    private final List<Integer> toClose = new ArrayList<>();
    private final List<OutputPump> outputs = new ArrayList<>();
    private final int[] given = {-1, -1, -1};
    private InputPump input = InputPump.none(FIRST_SLOT);
    private @Nullable DescriptorOutputStream pipedInput;

    private Streams() {}

    /**
     * Opens the streams of a command.
     *
     * @throws LinuxException EMFILE or ENFILE if there are too many descriptors
     */
    static Streams open(Command command) throws LinuxException {
        Streams streams = new Streams();
        try {
            streams.openInput(command.stdin());
            streams.openOutput(1, command.stdout());
            streams.openOutput(2, command.stderr());
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
     * @param toRead a descriptor of the master, owned by the streams
     * @param toWrite another one, owned by the streams
     */
    static Streams ofTerminal(Command command, int toRead, int toWrite) {
        Streams streams = new Streams();
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
        Pipe pipe = Pipe.open();
        give(0, pipe.readEnd());
        Pipe.dontBlock(pipe.writeEnd());
        return pipe.writeEnd();
    }

    private void openOutput(int target, Output output) throws LinuxException {
        switch (output) {
            case Output.Discarded _ -> give(target, nullDevice());
            case Output.Descriptor descriptor when isPassedOn(descriptor.fd()) -> given[target] = descriptor.fd();
            case Output.Descriptor _, Output.Captured _, Output.Streamed _ -> {
                Pipe pipe = Pipe.open();
                give(target, pipe.writeEnd());
                Pipe.dontBlock(pipe.readEnd());
                outputs.add(OutputPump.of(FIRST_SLOT + target, pipe.readEnd(), output));
            }
        }
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
            output.transfer(poll);
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
