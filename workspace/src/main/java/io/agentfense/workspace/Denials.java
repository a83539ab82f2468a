package io.agentfense.workspace;

import io.agentfense.fuse.Request;
import io.agentfense.policy.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the guard refused, counted by path and operation. Bounded: beyond {@link #MAX_ENTRIES} different ones, only their
 * number is kept, and it is said. Thread-safe.
 */
public final class Denials {
    /** How many different denials are kept apart. */
    public static final int MAX_ENTRIES = 10_000;

    private volatile DenialListener listener = (_, _) -> {};
    private final Map<Key, long[]> counts = new LinkedHashMap<>();
    private long uncounted;
    private long total;

    /**
     * One kind of denial.
     *
     * @param path below the workspace's root, without a leading slash
     * @param operation a name of the specification's table, such as {@code lookup} or {@code write}
     * @param permission the level that the rules give the path
     * @param rule the index of the rule that decided, -1 if none matched
     * @param count how often it was refused
     */
    public record Denial(byte[] path, String operation, Level permission, int rule, long count) {}

    private record Key(byte[] path, String operation, Level permission, int rule) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && key.rule == rule
                    && key.permission == permission
                    && key.operation.equals(operation)
                    && Arrays.equals(key.path, path);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(path) * 31 + operation.hashCode();
        }
    }

    /** Has somebody hear of each denial from now on. */
    public void listen(DenialListener listener) {
        this.listener = listener;
    }

    void add(byte[] path, String operation, Level permission, int rule) {
        count(path, operation, permission, rule);
        listener.denied(new Denial(path, operation, permission, rule, 1), Request.currentPid());
    }

    private synchronized void count(byte[] path, String operation, Level permission, int rule) {
        total++;
        Key key = new Key(path, operation, permission, rule);
        long[] count = counts.get(key);
        if (count != null) {
            count[0]++;
        } else if (counts.size() < MAX_ENTRIES) {
            counts.put(key, new long[] {1});
        } else {
            uncounted++;
        }
    }

    /** Counts from zero again: for what was tried so that it is seen to be refused. */
    public synchronized void forget() {
        counts.clear();
        total = 0;
        uncounted = 0;
    }

    /** All denials so far, in the order of their first occurrence. */
    public synchronized List<Denial> list() {
        List<Denial> list = new ArrayList<>();
        counts.forEach(
                (key, count) -> list.add(new Denial(key.path, key.operation, key.permission, key.rule, count[0])));
        return list;
    }

    /** How many denials there were, all told. */
    public synchronized long total() {
        return total;
    }

    /** How many denials are not in the list, since there were too many different ones. */
    public synchronized long uncounted() {
        return uncounted;
    }
}
