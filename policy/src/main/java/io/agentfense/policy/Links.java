package io.agentfense.policy;

import org.jspecify.annotations.Nullable;

/**
 * The children that a state has learnt, by name class. Read from any thread without lock; changed under the
 * {@link PathAutomaton}'s lock. A reader that races with a change may miss an entry, never see a wrong one.
 */
final class Links {
    private record Link(NameClass name, PathState child) {}

    private static final @Nullable Link[] EMPTY = new Link[1];

    /** Open addressing with linear probing; the length is a power of two and there is always a free slot. */
    private volatile @Nullable Link[] table = EMPTY;

    private int size;

    @Nullable
    PathState get(NameClass name) {
        @Nullable Link[] links = table;
        int mask = links.length - 1;
        int slot = name.slot & mask;
        Link link = links[slot];
        while (link != null) {
            if (link.name == name) {
                return link.child;
            }
            slot = (slot + 1) & mask;
            link = links[slot];
        }
        return null;
    }

    /** Adds a link for a name class that has none; returns by how many slots that made the table longer. */
    int put(NameClass name, PathState child) {
        int before = table.length;
        if (size + 1 > before / 2) {
            grow(before * 2);
        }
        insert(table, new Link(name, child));
        size++;
        return table.length - before;
    }

    void clear() {
        table = EMPTY;
        size = 0;
    }

    private void grow(int length) {
        @Nullable Link[] larger = new Link[length];
        for (Link link : table) {
            if (link != null) {
                insert(larger, link);
            }
        }
        table = larger;
    }

    private static void insert(@Nullable Link[] links, Link link) {
        int slot = link.name.slot & (links.length - 1);
        while (links[slot] != null) {
            slot = (slot + 1) & (links.length - 1);
        }
        links[slot] = link;
    }
}
