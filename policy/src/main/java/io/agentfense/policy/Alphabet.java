package io.agentfense.policy;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Splits all characters into the classes that a policy can tell apart; the automaton reads classes. Immutable,
 * thread-safe.
 */
final class Alphabet {
    private static final int OTHER = 0;
    private static final int INVALID = 1;
    private static final int ASCII = 128;

    /** The class of each ASCII character. */
    final int[] ascii = new int[ASCII];

    /** First code points of runs of one class, ascending from 0, and the class of each run. */
    private final int[] runs;

    private final int[] runClasses;
    private final IntList representatives = new IntList();

    private Alphabet(BitSet edges, BitSet named) {
        edges.set(0);
        runs = edges.stream().filter(edge -> edge <= Character.MAX_CODE_POINT).toArray();
        runClasses = new int[runs.length];
        representatives.add(readable(named));
        representatives.add(Utf8.INVALID);
        for (int i = 0; i < runs.length; i++) {
            runClasses[i] = named.get(runs[i]) ? representatives.size() : OTHER;
            if (runClasses[i] != OTHER) {
                representatives.add(runs[i]);
            }
        }
        Arrays.setAll(ascii, this::runClass);
    }

    static Alphabet of(NameNfa nfa) {
        BitSet edges = new BitSet();
        BitSet named = new BitSet();
        nfa.forEachLiteral(c -> name(c, c, edges, named));
        for (Element element : nfa.elements()) {
            if (element instanceof Element.OneOf(CharacterClass characters)) {
                characters.ranges().forEach(range -> name(range.low(), range.high(), edges, named));
            }
        }
        return new Alphabet(edges, named);
    }

    private static void name(int low, int high, BitSet edges, BitSet named) {
        if (low <= high) {
            edges.set(low);
            edges.set(high + 1);
            named.set(low, high + 1);
        }
    }

    /** A character that no pattern names; one that shows well in an example, if there is one. */
    private static int readable(BitSet named) {
        int letter = named.nextClearBit('a');
        return letter <= 'z' ? letter : named.nextClearBit('0');
    }

    int size() {
        return representatives.size();
    }

    /** The class of a character, {@link Utf8#INVALID} included. */
    int classOf(int character) {
        if (character == Utf8.INVALID) {
            return INVALID;
        }
        return character < ASCII ? ascii[character] : runClass(character);
    }

    /** A character of the class: what a pattern does with it, it does with all of them. */
    int representative(int characterClass) {
        return representatives.get(characterClass);
    }

    private int runClass(int character) {
        int found = Arrays.binarySearch(runs, character);
        return runClasses[found >= 0 ? found : -found - 2];
    }
}
