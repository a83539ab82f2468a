package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What of a tree can be seen, by walking all of it, or only what a state's mask says may hold something. */
final class VisibleTree {
    private static final class Directory {
        final Map<String, Directory> children = new TreeMap<>();
    }

    private final Map<String, String> paths = new TreeMap<>();
    private final boolean pruned;

    VisibleTree(Policy policy, List<String> files, boolean pruned) {
        this.pruned = pruned;
        Directory root = new Directory();
        for (String file : files) {
            Directory at = root;
            for (String name : file.substring(1).split("/")) {
                at = at.children.computeIfAbsent(name, _ -> new Directory());
            }
        }
        walk("", root, policy.root());
    }

    Map<String, String> paths() {
        return paths;
    }

    private boolean walk(String path, Directory directory, PathState state) {
        boolean any = false;
        if (!pruned || state.mayBelow(Level.VIEW)) {
            for (Map.Entry<String, Directory> child : directory.children.entrySet()) {
                PathState below = state.child(child.getKey().getBytes(UTF_8));
                any |= walk(path + "/" + child.getKey(), child.getValue(), below);
            }
        }
        boolean visible = state.level().atLeast(Level.VIEW);
        if (!path.isEmpty() && (visible || any)) {
            paths.put(path, visible ? state.level().label() : "traverse");
        }
        return visible || any;
    }
}
