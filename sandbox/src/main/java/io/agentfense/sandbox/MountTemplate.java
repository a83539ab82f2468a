package io.agentfense.sandbox;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.PollSet;
import io.agentfense.linux.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A mount namespace with what sandboxes see of the host and nothing else, for their own to be copied from. Without it each
 * copies the host's, and the more sandboxes run the longer a start takes: about a fifth of a millisecond for every mount.
 * What is mounted below its directories after it was made is not in sandboxes that start from it. Needs root, who alone has
 * sandboxes of uids of their own. Thread-safe; to be closed after the last start.
 */
public final class MountTemplate implements AutoCloseable {
    private static final int TO_MAKE_MILLIS = 15_000;

    private final int descriptor;

    private MountTemplate(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Makes one.
     *
     * @throws StartException if the host does not let this process, with what it said
     */
    static MountTemplate make(Programs programs, SystemFiles system) throws IOException {
        Pipe hold = Pipe.open();
        Pipe told = Pipe.open();
        Pipe errors = Pipe.open();
        Child maker = null;
        try {
            List<String> command = new ArrayList<>(List.of(programs.guest().toString(), "template"));
            command.addAll(paths(programs, system));
            maker = Child.start(command, hold.readEnd(), told.writeEnd(), errors.writeEnd());
            Descriptor.close(told.writeEnd());
            Descriptor.close(errors.writeEnd());
            if (!isMade(told.readEnd())) {
                throw new StartException("no mount namespace for sandboxes: " + printed(errors.readEnd()));
            }
            return new MountTemplate(namespaceOf(maker));
        } finally {
            Descriptor.close(hold.writeEnd());
            Descriptor.close(hold.readEnd());
            Descriptor.close(told.readEnd());
            Descriptor.close(errors.readEnd());
            if (maker != null) {
                maker.reap();
            }
        }
    }

    private static Set<String> paths(Programs programs, SystemFiles system) {
        Set<String> paths = new LinkedHashSet<>(List.of("/usr", "/etc", "/dev", "/proc"));
        system.directories().forEach(path -> paths.add(path.toString()));
        Path bwrap = programs.bwrap().getParent();
        if (bwrap != null && bwrap.getNameCount() > 0) {
            paths.add(bwrap.toString());
        }
        return paths;
    }

    private static boolean isMade(int told) throws LinuxException {
        PollSet poll = new PollSet(1);
        poll.watchInput(0, told);
        return poll.await(TO_MAKE_MILLIS) > 0 && Transfer.read(told, new byte[1]) == 1;
    }

    private static String printed(int errors) {
        byte[] text = new byte[1024];
        int length = Math.max(0, Transfer.read(errors, text));
        return new String(text, 0, length, StandardCharsets.UTF_8).strip();
    }

    private static int namespaceOf(Child process) throws LinuxException {
        return Descriptor.open("/proc/" + process.pid() + "/ns/mnt", OpenFlags.O_RDONLY);
    }

    /** A descriptor of it for one start, which the caller closes. */
    int open() throws LinuxException {
        return (int) LinuxException.check("duplicate a descriptor", Descriptor.duplicate(descriptor));
    }

    /** Gives it up; sandboxes that were started from it stay as they are. */
    @Override
    public void close() {
        Descriptor.close(descriptor);
    }
}
