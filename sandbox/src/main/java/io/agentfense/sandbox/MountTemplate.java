package io.agentfense.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import java.io.IOException;
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
        List<String> command = new ArrayList<>(List.of(programs.guest().toString(), "template"));
        command.addAll(paths(programs, system));
        try (TemplateMaker maker = TemplateMaker.start(command)) {
            if (!maker.isDone()) {
                throw new StartException("no mount namespace for sandboxes: " + maker.printed());
            }
            return new MountTemplate(maker.namespace());
        }
    }

    private static Set<String> paths(Programs programs, SystemFiles system) {
        Set<String> paths = new LinkedHashSet<>(List.of("/usr", "/etc", "/dev", "/proc"));
        system.directories().forEach(path -> paths.add(path.toString()));
        Path bwrap = programs.bwrap().getParent();
        if (bwrap != null && bwrap.getNameCount() > 0 && paths.stream().noneMatch(bwrap::startsWith)) {
            paths.add(bwrap.toString());
        }
        return paths;
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
