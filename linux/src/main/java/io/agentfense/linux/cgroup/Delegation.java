package io.agentfense.linux.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/**
 * A group of version 2 that systemd gave this process to divide ({@code Delegate=} of systemd.resource-control(5)). Its
 * children can be limited only once it has no processes of its own, so whoever is given one has to move into a child of it:
 * then the limits of sandboxes lie within those of the service, and all controllers are there.
 */
final class Delegation {
    private static final String MARK = "delegate";

    private Delegation() {}

    /**
     * Moves this process into a child of its group if that was delegated to it and nobody else is there. Elsewhere a group
     * for sandboxes is looked for further up.
     *
     * @return this process's places after that
     */
    static synchronized List<Hierarchy> accept() throws IOException {
        List<Hierarchy> places = Hierarchy.ofThisProcess();
        int ours = Math.toIntExact(ProcessHandle.current().pid());
        for (Hierarchy place : places) {
            if (place.version2()
                    && isDelegated(place.own())
                    && members(place.own()).equals(List.of(ours))) {
                Path child = place.own().resolve(Cgroups.newName());
                ControlFile.makeGroup(child);
                ControlFile.write(child, "cgroup.procs", Integer.toString(ours));
                return Hierarchy.ofThisProcess();
            }
        }
        return places;
    }

    private static List<Integer> members(Path group) {
        return ControlFile.processes(group.resolve("cgroup.procs"));
    }

    private static boolean isDelegated(Path group) {
        UserDefinedFileAttributeView marks = Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
        if (marks == null) {
            return false;
        }
        ByteBuffer mark = ByteBuffer.allocate(1);
        try {
            marks.read(MARK, mark);
        } catch (IOException e) {
            // There is no such mark, or it is longer.
            return false;
        }
        return StandardCharsets.US_ASCII.decode(mark.flip()).toString().equals("1");
    }
}
