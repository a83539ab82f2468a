package io.agentfense.server.codebase;

import io.agentfense.linux.LinuxException;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** Walks a codebase, each directory before its entries, entries by name. No link is followed. Stateless. */
final class Walk {
    /** Takes what is met. */
    @FunctionalInterface
    interface Visitor {
        void visit(Entry entry) throws CodebaseException;
    }

    private Walk() {}

    /** Everything below a directory, itself left out. What is deeper than a path is long is passed over. */
    static void below(Tree tree, BytePath directory, Visitor visitor) throws CodebaseException {
        Deque<Entry> pending = new ArrayDeque<>();
        push(pending, list(tree, directory));
        while (!pending.isEmpty()) {
            Entry entry = pending.pop();
            visitor.visit(entry);
            if (entry.identity().isDirectory() && entry.path().length() < BytePath.MAX_BYTES) {
                push(pending, list(tree, entry.path()));
            }
        }
    }

    /** The entries of a directory by name; none if it is not there. */
    static List<Entry> list(Tree tree, BytePath directory) throws CodebaseException {
        try {
            return Entry.list(tree.root(), false, directory).stream()
                    .filter(entry -> entry.path().length() <= BytePath.MAX_BYTES)
                    .sorted(Comparator.comparing(Entry::path))
                    .toList();
        } catch (LinuxException e) {
            throw Failures.of("list a directory", e);
        }
    }

    private static void push(Deque<Entry> pending, List<Entry> entries) {
        entries.reversed().forEach(pending::push);
    }
}
