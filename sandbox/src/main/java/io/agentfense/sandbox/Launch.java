package io.agentfense.sandbox;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.MemoryFile;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.cgroup.Cgroup;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One start of a sandbox: gathers the descriptors that bubblewrap gets and starts it by way of the guest's launch mode
 * (guest/src/launch.c). Not thread-safe; closing it closes the descriptors here.
 */
final class Launch implements AutoCloseable {
    /** Where the guest's init mode expects its control socket; CONTROL_FD of guest/src/protocol.h. */
    private static final int CONTROL = 3;

    private static final int FIRST_AFTER_CONTROL = CONTROL + 1;

    private final List<Integer> owned = new ArrayList<>();
    private final int[] standard;
    private final int control;

    /**
     * Begins a start.
     *
     * @param control the guest's end of the control socket, which stays the caller's
     * @param errors where launch and bubblewrap print what goes wrong, which stays the caller's
     */
    Launch(int control, int errors) throws LinuxException {
        int nothing = Descriptor.open("/dev/null", OpenFlags.O_RDWR);
        standard = new int[] {nothing, nothing, errors};
        this.control = control;
    }

    /** Starts bubblewrap. */
    Child start(
            Programs programs, SandboxSpec spec, SystemFiles system, Cgroup cgroup, @Nullable MountTemplate template)
            throws LinuxException {
        int guest = give(Descriptor.open(programs.guest().toString(), OpenFlags.O_RDONLY));
        List<Integer> generated = new ArrayList<>();
        for (GeneratedFile file : GeneratedFile.of(spec)) {
            generated.add(give(MemoryFile.of(file.bytes())));
        }
        int arguments = give(MemoryFile.of(terminated(BwrapArguments.of(spec, system, guest, generated))));
        List<String> command = launchOptions(programs.guest(), spec, cgroup);
        if (spec.user().isOwn()) {
            command.addAll(ownUserOptions(spec, template));
        }
        command.addAll(List.of("--keep", Integer.toString(FIRST_AFTER_CONTROL + owned.size() - 1)));
        command.addAll(List.of(programs.bwrap().toString(), "--args", Integer.toString(arguments)));
        command.addAll(List.of("--", GuestProgram.INSIDE, "init"));
        return Child.start(command, descriptors());
    }

    /** Takes over a descriptor; returns the number it will have in bubblewrap. */
    private int give(int descriptor) {
        owned.add(descriptor);
        return FIRST_AFTER_CONTROL + owned.size() - 1;
    }

    private static List<String> launchOptions(Path guest, SandboxSpec spec, Cgroup cgroup) {
        List<String> options = new ArrayList<>(List.of(guest.toString(), "launch"));
        for (Path file : cgroup.membershipFiles()) {
            options.addAll(List.of("--cgroup", file.toString()));
        }
        options.addAll(List.of("--nofile", Integer.toString(spec.openFiles())));
        return options;
    }

    private List<String> ownUserOptions(SandboxSpec spec, @Nullable MountTemplate template) throws LinuxException {
        List<String> options = new ArrayList<>();
        if (template != null) {
            // Launch closes it: bubblewrap and the sandbox never have it.
            options.addAll(List.of("--namespace", Integer.toString(give(template.open()))));
        }
        options.addAll(List.of("--workspace", spec.workspace().toString()));
        options.addAll(List.of("--uid", Long.toString(spec.user().uid())));
        return options;
    }

    private static byte[] terminated(List<String> strings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String string : strings) {
            bytes.writeBytes(string.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    private int[] descriptors() {
        int[] descriptors = new int[FIRST_AFTER_CONTROL + owned.size()];
        System.arraycopy(standard, 0, descriptors, 0, standard.length);
        descriptors[CONTROL] = control;
        for (int i = 0; i < owned.size(); i++) {
            descriptors[FIRST_AFTER_CONTROL + i] = owned.get(i);
        }
        return descriptors;
    }

    @Override
    public void close() {
        Descriptor.close(standard[0]);
        for (int descriptor : owned) {
            Descriptor.close(descriptor);
        }
    }
}
