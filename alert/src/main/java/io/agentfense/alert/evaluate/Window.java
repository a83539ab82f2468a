package io.agentfense.alert.evaluate;

import java.util.Arrays;

/**
 * The events of a sliding window: their times and how often each counts, in a ring that grows as it is needed. Whoever
 * uses it keeps their number small. Not thread-safe.
 */
final class Window {
    private static final int FIRST = 8;

    private long[] times = new long[FIRST];
    private long[] weights = new long[FIRST];
    private int first;
    private int size;
    private long total;

    /** Adds one that is not older than those there are. */
    void add(long time, long weight) {
        total = Nanos.sum(total, weight);
        if (size > 0 && times[at(size - 1)] == time) {
            weights[at(size - 1)] = Nanos.sum(weights[at(size - 1)], weight);
            return;
        }
        if (size == times.length) {
            grow();
        }
        times[at(size)] = time;
        weights[at(size)] = weight;
        size++;
    }

    /** Drops what is as old as this, or older. */
    void dropUntil(long time) {
        while (size > 0 && times[first] <= time) {
            total -= weights[first];
            first = at(1);
            size--;
        }
    }

    /** Drops everything, memory too. */
    void clear() {
        times = new long[FIRST];
        weights = new long[FIRST];
        first = 0;
        size = 0;
        total = 0;
    }

    long total() {
        return total;
    }

    private int at(int index) {
        return (first + index) % times.length;
    }

    private void grow() {
        long[] oldTimes = times;
        long[] oldWeights = weights;
        times = Arrays.copyOf(oldTimes, size * 2);
        weights = Arrays.copyOf(oldWeights, size * 2);
        for (int i = 0; i < size; i++) {
            times[i] = oldTimes[(first + i) % size];
            weights[i] = oldWeights[(first + i) % size];
        }
        first = 0;
    }
}
