package io.agentfense.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says which of a policy's segments a name matches, by a deterministic automaton that is made from the nondeterministic
 * one as names need it.
 *
 * <p>{@link #classify} may be called from any thread, without lock, also while another learns. All else is for one
 * thread at a time: the {@link PathAutomaton}'s lock guards it.
 */
final class NameDfa {
    /**
     * States are offsets of rows in {@code next}; a row has a cell for each class of the alphabet. State 0 stands for a
     * step not learnt yet: its row leads nowhere else and it has no end, so a name need only be checked at its end. Cells are only ever set from 0 to their one value, so a reader that races with the writer sees either;
     * {@link NameClass} is immutable and safe to see early.
     */
    private static final class Tables {
        final int[] next;
        final @Nullable NameClass[] ends;

        Tables(int[] next, @Nullable NameClass[] ends) {
            this.next = next;
            this.ends = ends;
        }
    }

    /** The state of a step not learnt yet. */
    private static final int UNKNOWN = 0;

    private static final int FIRST_ROWS = 16;

    private final NameNfa nfa;
    private final Alphabet alphabet;
    private final NodeSet scratch;
    private final int rowShift;
    private final int start;

    private volatile Tables tables;

    private final Map<IntKey, Integer> states = new HashMap<>();
    private final List<IntKey> nodesOf = new ArrayList<>();
    private final Map<IntKey, NameClass> classes = new HashMap<>();
    private long cost;

    NameDfa(NameNfa nfa) {
        this.nfa = nfa;
        alphabet = Alphabet.of(nfa);
        scratch = new NodeSet(Math.max(nfa.nodes(), nfa.segments()));
        rowShift = Integer.SIZE - Integer.numberOfLeadingZeros(alphabet.size() - 1);
        start = 1 << rowShift;
        tables = emptyTables();
        internStart();
    }

    /** The name's class, or null if the automaton has to {@link #learn} it first. */
    @Nullable
    NameClass classify(byte[] buffer, int offset, int length) {
        Tables known = tables;
        int[] next = known.next;
        int[] ascii = alphabet.ascii;
        int state = start;
        int end = offset + length;
        // Apart from the rest of the characters, so that the compiler sees a counted loop: it is three times as fast.
        for (int i = offset; i < end; i++) {
            int character = buffer[i];
            if (character < 0) {
                return classifyAny(known, state, buffer, i, end);
            }
            state = next[state + ascii[character]];
        }
        return known.ends[state >>> rowShift];
    }

    private @Nullable NameClass classifyAny(Tables known, int from, byte[] buffer, int offset, int end) {
        int state = from;
        for (int i = offset; i < end; ) {
            int decoded = Utf8.decode(buffer, i, end);
            state = known.next[state + alphabet.classOf(Utf8.character(decoded))];
            i += Utf8.length(decoded);
        }
        return known.ends[state >>> rowShift];
    }

    /** The name's class; all its steps are known from then on. */
    NameClass learn(byte[] buffer, int offset, int length) {
        int state = start;
        int end = offset + length;
        for (int i = offset; i < end; ) {
            int decoded = Utf8.decode(buffer, i, end);
            state = step(state, alphabet.classOf(Utf8.character(decoded)));
            i += Utf8.length(decoded);
        }
        return end(state);
    }

    /** The state that reading a character of the class leads to. */
    int step(int state, int read) {
        int known = tables.next[state + read];
        return known == UNKNOWN ? learnStep(state, read) : known;
    }

    /** The class of the names that end in a state. */
    NameClass end(int state) {
        @Nullable NameClass known = tables.ends[state >>> rowShift];
        return known == null ? learnEnd(state) : known;
    }

    int start() {
        return start;
    }

    Alphabet alphabet() {
        return alphabet;
    }

    /** How many states there are. */
    int size() {
        return nodesOf.size();
    }

    /** What is remembered, counted in ints. */
    long cost() {
        return cost;
    }

    /** Drops all that was learnt. Classes handed out stay valid but are not handed out again. */
    void forget() {
        tables = emptyTables();
        states.clear();
        nodesOf.clear();
        classes.clear();
        cost = 0;
        internStart();
    }

    private void internStart() {
        scratch.clear();
        scratch.add(NameNfa.ROOT);
        nfa.close(scratch);
        intern(scratch.toKey());
    }

    private Tables emptyTables() {
        return new Tables(new int[FIRST_ROWS << rowShift], new NameClass[FIRST_ROWS]);
    }

    private int learnStep(int state, int read) {
        int character = alphabet.representative(read);
        scratch.clear();
        for (int node : nodesOf.get((state >>> rowShift) - 1).items) {
            nfa.step(node, character, scratch);
        }
        nfa.close(scratch);
        int target = intern(scratch.toKey());
        tables.next[state + read] = target;
        return target;
    }

    private NameClass learnEnd(int state) {
        scratch.clear();
        for (int node : nodesOf.get((state >>> rowShift) - 1).items) {
            if (nfa.segmentAt(node) != NameNfa.NIL) {
                scratch.add(nfa.segmentAt(node));
            }
        }
        NameClass end = classes.computeIfAbsent(scratch.toKey(), set -> {
            cost += set.items.length;
            return new NameClass(set);
        });
        tables.ends[state >>> rowShift] = end;
        return end;
    }

    /** Row 0 is {@link #UNKNOWN}'s. */
    private int intern(IntKey nodes) {
        Integer known = states.get(nodes);
        if (known != null) {
            return known;
        }
        nodesOf.add(nodes);
        int row = nodesOf.size();
        if (row == tables.ends.length) {
            tables =
                    new Tables(Arrays.copyOf(tables.next, tables.next.length * 2), Arrays.copyOf(tables.ends, row * 2));
        }
        int state = row << rowShift;
        states.put(nodes, state);
        cost += nodes.items.length + (1L << rowShift);
        return state;
    }
}
