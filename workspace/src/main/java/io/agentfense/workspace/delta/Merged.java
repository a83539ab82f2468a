package io.agentfense.workspace.delta;

import java.util.List;

/** What the trees of a delta together say of one name; a name of which they say nothing shows the base. */
sealed interface Merged {
    /** Whatever the base has there is gone. */
    record Deleted() implements Merged {}

    /** A file, a link or something else that is no directory. */
    record Leaf(Entry entry) implements Merged {}

    /**
     * A directory.
     *
     * @param entry the topmost tree's, which gives the attributes
     * @param roots the trees that have a part of it, topmost first
     * @param opaque whether what the base has there is gone
     */
    record Directory(Entry entry, List<Integer> roots, boolean opaque) implements Merged {
        public Directory {
            roots = List.copyOf(roots);
        }
    }
}
