package io.agentfense.secret.match;

import io.agentfense.secret.text.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds many literals in one pass over bytes, in either case. A table says for any three bytes whether a literal can begin
 * with them, which for most of a text it can't; only where it can, a trie is walked. Unlike the steps of an automaton, the
 * look-ups of one byte do not wait for those of the one before. Immutable, thread-safe.
 *
 * @param <T> what a literal stands for
 */
public final class Literals<T> {
    /** What hears of a literal. */
    @FunctionalInterface
    public interface Listener<T> {
        /** A literal stands in the bytes from {@code start} to {@code end}. */
        void found(T value, int start, int end);
    }

    private static final int WINDOW = 3;

    /** The class of a byte: those that stand in no literal are all of class 0, and a letter is of one class. */
    private final byte[] classes = new byte[256];

    private final int width;
    private final boolean[] beginnings;
    private final List<List<T>> values = new ArrayList<>();

    /** The children of node n by class at n * width; 0, the root, is nobody's child. */
    private int[] children;

    private Literals(Map<String, List<T>> literals) {
        width = classify(literals);
        beginnings = new boolean[width * width * width];
        children = new int[width];
        values.add(List.of());
        literals.forEach(this::add);
    }

    /** For literals, in ASCII and not empty, and what each stands for. */
    public static <T> Literals<T> of(Map<String, List<T>> literals) {
        return new Literals<>(literals);
    }

    private int classify(Map<String, List<T>> literals) {
        int count = 1;
        for (String literal : literals.keySet()) {
            for (byte b : literal.getBytes(StandardCharsets.US_ASCII)) {
                int c = Ascii.lower(b);
                if (classes[c] == 0) {
                    classes[c] = (byte) count++;
                }
            }
        }
        for (int c = 'A'; c <= 'Z'; c++) {
            classes[c] = classes[Ascii.lower(c)];
        }
        return count;
    }

    private void add(String literal, List<T> stands) {
        int node = 0;
        int first = 0;
        for (int i = 0; i < literal.length(); i++) {
            int c = classes[literal.charAt(i)];
            first = i < WINDOW ? first * width + c : first;
            int at = node * width + c;
            if (children[at] == 0) {
                children[at] = values.size();
                children = Arrays.copyOf(children, children.length + width);
                values.add(List.of());
            }
            node = children[at];
        }
        values.set(node, List.copyOf(stands));
        int any = 1;
        for (int i = literal.length(); i < WINDOW; i++) {
            any *= width;
        }
        Arrays.fill(beginnings, first * any, (first + 1) * any, true);
    }

    /** Tells of all literals that lie in a range, in the order in which they begin. */
    public void find(byte[] bytes, int from, int to, Listener<? super T> listener) {
        int last = to - WINDOW;
        if (last >= from) {
            int first = classes[bytes[from] & 0xff];
            int second = classes[bytes[from + 1] & 0xff];
            for (int i = from; i <= last; i++) {
                int third = classes[bytes[i + 2] & 0xff];
                if (beginnings[(first * width + second) * width + third]) {
                    walk(bytes, i, to, listener);
                }
                first = second;
                second = third;
            }
        }
        for (int i = Math.max(from, last + 1); i < to; i++) {
            walk(bytes, i, to, listener);
        }
    }

    private void walk(byte[] bytes, int start, int to, Listener<? super T> listener) {
        int node = 0;
        for (int i = start; i < to; i++) {
            node = children[node * width + classes[bytes[i] & 0xff]];
            if (node == 0) {
                return;
            }
            for (T value : values.get(node)) {
                listener.found(value, start, i + 1);
            }
        }
    }
}
