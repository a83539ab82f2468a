package io.agentfense.sandbox;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The process that makes a {@link MountTemplate} and lives in it until this is closed (guest/src/template.c). Confined to
 * one thread.
 *
 * @param hold it ends when this is closed
 * @param told it writes a byte to this when it is done
 * @param errors it prints to this what went wrong
 */
record TemplateMaker(Child process, int hold, int told, int errors) implements AutoCloseable {
    private static final int TO_MAKE_MILLIS = 15_000;

    static TemplateMaker start(List<String> command) throws LinuxException {
        Pipe hold = Pipe.open();
        Pipe told = Pipe.open();
        Pipe errors = Pipe.open();
        try {
            Child process = Child.start(command, hold.readEnd(), told.writeEnd(), errors.writeEnd());
            return new TemplateMaker(process, hold.writeEnd(), told.readEnd(), errors.readEnd());
        } catch (LinuxException e) {
            Descriptor.close(hold.writeEnd());
            Descriptor.close(told.readEnd());
            Descriptor.close(errors.readEnd());
            throw e;
        } finally {
            Descriptor.close(hold.readEnd());
            Descriptor.close(told.writeEnd());
            Descriptor.close(errors.writeEnd());
        }
    }

    /** Waits until it is done; false if it gave up. */
    boolean isDone() throws LinuxException {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, told);
        return poll.await(TO_MAKE_MILLIS) > 0 && Transfer.read(told, new byte[1]) == 1;
    }

    /** What it printed. */
    String printed() {
        Pipe.dontBlock(errors);
        byte[] text = new byte[1024];
        int length = Math.max(0, Transfer.read(errors, text));
        return new String(text, 0, length, StandardCharsets.UTF_8).strip();
    }

    /** A descriptor of its mount namespace, which the caller closes. */
    int namespace() throws LinuxException {
        return Descriptor.open("/proc/" + process.pid() + "/ns/mnt", OpenFlags.O_RDONLY);
    }

    @Override
    public void close() {
        Descriptor.close(hold);
        Descriptor.close(told);
        Descriptor.close(errors);
        process.reap();
    }
}
