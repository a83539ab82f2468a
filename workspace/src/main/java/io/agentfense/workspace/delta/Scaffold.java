package io.agentfense.workspace.delta;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directories that are the literal beginning of a {@code write} rule: a sandbox has them from the start, and they
 * reach the codebase if something is put below. Immutable.
 */
final class Scaffold {
    private final Set<BytePath> paths;

    private Scaffold(Set<BytePath> paths) {
        this.paths = paths;
    }

    static Scaffold of(List<Rule> rules) {
        Set<BytePath> paths = new HashSet<>();
        for (Rule rule : rules) {
            if (rule.permission() == Level.WRITE) {
                BytePath path = BytePath.of(rule.literalDirectory());
                for (; !path.isRoot(); path = path.parent()) {
                    paths.add(path);
                }
            }
        }
        return new Scaffold(paths);
    }

    boolean contains(BytePath path) {
        return paths.contains(path);
    }
}
