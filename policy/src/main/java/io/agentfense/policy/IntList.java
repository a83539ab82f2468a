package io.agentfense.policy;

import java.util.Arrays;

/** A growing array of ints. Not thread-safe. */
final class IntList {
    private int[] items = new int[16];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return items[index];
    }

    void set(int index, int value) {
        items[index] = value;
    }

    void add(int value) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = value;
    }

    void clear() {
        size = 0;
    }

    int[] toArray() {
        return Arrays.copyOf(items, size);
    }

    int[] toSortedArray() {
        int[] array = toArray();
        Arrays.sort(array);
        return array;
    }
}
