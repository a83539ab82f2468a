package io.agentfense.sandbox.guarded;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.policy.Level;
import io.agentfense.policy.PathState;
import io.agentfense.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One specimen of each level that withholds something, looked for in a codebase from its top down. The search is short: a
 * level that none of the first entries has is left out. Confined to one thread.
 */
final class Specimens {
    private static final int MOST_ENTRIES = 500;

    private final Map<Level, Specimen> found = new EnumMap<>(Level.class);
    private final Deque<Directory> pending = new ArrayDeque<>();
    private final Dirents entries = new Dirents();
    private int missing = Level.NONE.bit() | Level.VIEW.bit() | Level.READ.bit();
    private int left = MOST_ENTRIES;

    private Specimens() {}

    private record Directory(String path, PathState state) {}

    /** Looks for them; empty for rules that withhold nothing. */
    static List<Specimen> of(Path base, Policy policy) throws LinuxException {
        Specimens specimens = new Specimens();
        int root = Descriptor.openDirectory(base.toString());
        try {
            specimens.pending.add(new Directory("", policy.root()));
            while (!specimens.pending.isEmpty() && specimens.left > 0 && specimens.missing != 0) {
                specimens.look(root, specimens.pending.remove());
            }
        } finally {
            Descriptor.close(root);
        }
        return new ArrayList<>(specimens.found.values());
    }

    /** One that can't be opened has nothing to show. */
    private void look(int root, Directory directory) {
        byte[] path = directory.path.getBytes(StandardCharsets.UTF_8);
        int fd = Beneath.open(root, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (fd < 0) {
            return;
        }
        try {
            entries.start(fd);
            while (missing != 0 && left-- > 0 && entries.next() > 0) {
                take(directory);
            }
        } finally {
            Descriptor.close(fd);
        }
    }

    private void take(Directory directory) {
        byte[] bytes = Arrays.copyOf(entries.name, entries.length);
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(name.getBytes(StandardCharsets.UTF_8), bytes)) {
            return; // An argument of a program can't name it.
        }
        String path = directory.path.isEmpty() ? name : directory.path + "/" + name;
        PathState state = directory.state.child(bytes);
        if (entries.type == Dirents.DT_DIR && (state.levelsBelow() & missing) != 0) {
            pending.add(new Directory(path, state));
        }
        // What is masked may be refused for its content, which says nothing of the rules.
        if (entries.type == Dirents.DT_REG
                && !state.isMasked()
                && (state.level().bit() & missing) != 0) {
            missing &= ~state.level().bit();
            found.put(state.level(), new Specimen(state.level(), path));
        }
    }
}
