package io.agentfense.sandbox;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Pipe;
import io.agentfense.linux.Transfer;
import io.agentfense.linux.UnixSocket;
import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.sandbox.guest.GuestConnection;
import io.agentfense.sandbox.guest.GuestConnection.Greeting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts sandboxes with bubblewrap 0.8.0 or later. Thread-safe. */
public final class BwrapRuntime implements SandboxRuntime {
    private static final int TO_START_MILLIS = 15_000;
    private static final int SIGKILL = 9;

    private final Programs programs;
    private final SystemFiles system;
    private final @Nullable MountTemplate template;

    private BwrapRuntime(Programs programs, SystemFiles system, @Nullable MountTemplate template) {
        this.programs = programs;
        this.system = system;
        this.template = template;
    }

    /**
     * The runtime of this machine.
     *
     * @throws StartException if bubblewrap or the guest program is missing, with what to do
     * @throws IOException if the host's system files can't be looked at
     */
    public static BwrapRuntime find() throws IOException {
        return find("bwrap");
    }

    /**
     * The runtime of this machine with a bubblewrap of the caller's choice; else as {@link #find()}.
     *
     * @param bwrap its path, or a name that is looked for on the PATH
     */
    public static BwrapRuntime find(String bwrap) throws IOException {
        Cgroups.endFrozenLeftovers();
        return new BwrapRuntime(Programs.find(bwrap), SystemFiles.ofThisHost(), null);
    }

    /**
     * Makes a template for {@link #over}: worth it for who starts many sandboxes.
     *
     * @throws StartException if the host does not let this process, with what it said; it needs root
     */
    public MountTemplate template() throws IOException {
        return MountTemplate.make(programs, system);
    }

    /** The same runtime, which copies the mounts of sandboxes of uids of their own from a template. */
    public BwrapRuntime over(MountTemplate mounts) {
        return new BwrapRuntime(programs, system, mounts);
    }

    @Override
    public Sandbox start(SandboxSpec spec) throws IOException {
        if (!Files.isDirectory(spec.workspace())) {
            throw new StartException("the workspace " + spec.workspace() + " is not a directory");
        }
        Cgroup cgroup = Cgroups.create(spec.limits());
        try {
            return start(spec, cgroup);
        } catch (IOException e) {
            cgroup.close();
            throw e;
        }
    }

    private Sandbox start(SandboxSpec spec, Cgroup cgroup) throws IOException {
        UnixSocket.Pair control = UnixSocket.pair();
        GuestConnection guest = GuestConnection.over(control.ours());
        Pipe errors = Pipe.open();
        Child bwrap;
        try (Launch launch = new Launch(control.theirs(), errors.writeEnd())) {
            bwrap = launch.start(programs, spec, system, cgroup, template);
        } catch (LinuxException e) {
            guest.close();
            Descriptor.close(errors.readEnd());
            throw e;
        } finally {
            Descriptor.close(control.theirs());
            Descriptor.close(errors.writeEnd());
        }
        try {
            Greeting greeting = guest.awaitGreeting(TO_START_MILLIS);
            if (greeting == null) {
                throw StartFailure.explain(printed(errors.readEnd()));
            }
            // It only waits for the sandbox to end. Killed for want of memory in there, it could not reap process 1.
            cgroup.moveOut(bwrap.pid());
            return Sandbox.of(guest, greeting, spec.user(), new Confinement(cgroup, Map.of(), bwrap::reap));
        } catch (IOException e) {
            guest.close();
            bwrap.signal(SIGKILL);
            bwrap.reap();
            throw e;
        } finally {
            Descriptor.close(errors.readEnd());
        }
    }

    /** What was printed so far; whoever prints it ends before the control socket does. */
    private static String printed(int descriptor) {
        Pipe.dontBlock(descriptor);
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int read;
        while ((read = Transfer.read(descriptor, buffer)) > 0) {
            text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
