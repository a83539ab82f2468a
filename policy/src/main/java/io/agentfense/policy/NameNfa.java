package io.agentfense.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * All distinct segments of a policy as one nondeterministic automaton, which reads a name character by character.
 *
 * <p>It is a trie over elements: segments with a common beginning share its nodes, so ten thousand {@code *.ext} cost
 * one star. A node is left by its children's labels. A star's node is entered without reading and then stays for any
 * character. An alternative's last node leads to the choice's own child without reading.
 *
 * <p>Nodes are numbers and their fields parallel arrays: a policy may have millions. Not thread-safe.
 */
final class NameNfa {
    static final int ROOT = 0;
    /** No node, no segment. */
    static final int NIL = -1;
    /** Labels from here on are elements other than literals; smaller ones are code points. */
    private static final int ELEMENTS = Character.MAX_CODE_POINT + 1;

    private final IntList label = new IntList();
    private final IntList firstChild = new IntList();
    private final IntList nextSibling = new IntList();
    private final IntList segmentAt = new IntList();
    private final Map<Integer, IntList> emptyMoves = new HashMap<>();
    private final List<Element> elements = new ArrayList<>();
    private final Map<Element, Integer> elementIds = new HashMap<>();
    private int nextSegment = 1;

    NameNfa() {
        addNode(NIL);
    }

    /** The number of the segment, the same for equal ones. Numbers count up from 1. */
    int segment(List<Element> sequence) {
        int node = addSequence(ROOT, sequence);
        if (segmentAt.get(node) == NIL) {
            segmentAt.set(node, nextSegment++);
        }
        return segmentAt.get(node);
    }

    int nodes() {
        return label.size();
    }

    /** One more than the largest segment number. */
    int segments() {
        return nextSegment;
    }

    /** The segment that ends at a node, or {@link #NIL}. */
    int segmentAt(int node) {
        return segmentAt.get(node);
    }

    /** The elements other than literals that occur as labels. */
    List<Element> elements() {
        return elements;
    }

    /** Calls with each code point that is a label, more than once for some. */
    void forEachLiteral(IntConsumer action) {
        for (int node = 0; node < nodes(); node++) {
            int c = label.get(node);
            if (c >= 0 && c < ELEMENTS) {
                action.accept(c);
            }
        }
    }

    /** Adds to {@code to} the nodes that {@code node} reaches by reading {@code character}, once. */
    void step(int node, int character, NodeSet to) {
        if (isStar(node)) {
            to.add(node);
        }
        for (int child = firstChild.get(node); child != NIL; child = nextSibling.get(child)) {
            if (reads(label.get(child), character)) {
                to.add(child);
            }
        }
    }

    /** Adds to {@code set} the nodes that its nodes reach without reading. */
    void close(NodeSet set) {
        for (int i = 0; i < set.size(); i++) {
            int node = set.get(i);
            for (int child = firstChild.get(node); child != NIL; child = nextSibling.get(child)) {
                if (isStar(child)) {
                    set.add(child);
                }
            }
            IntList targets = emptyMoves.get(node);
            for (int t = 0; targets != null && t < targets.size(); t++) {
                set.add(targets.get(t));
            }
        }
    }

    private boolean isStar(int node) {
        return label.get(node) >= ELEMENTS && elements.get(label.get(node) - ELEMENTS) instanceof Element.AnyRun;
    }

    private boolean reads(int label, int character) {
        if (label < ELEMENTS) {
            return label == character;
        }
        return switch (elements.get(label - ELEMENTS)) {
            case Element.AnyCharacter _ -> true;
            case Element.OneOf(CharacterClass characters) -> characters.contains(character);
            case Element.AnyRun _, Element.Choice _, Element.Literal _ -> false;
        };
    }

    private int addSequence(int from, List<Element> sequence) {
        int node = from;
        for (Element element : sequence) {
            node = addElement(node, element);
        }
        return node;
    }

    private int addElement(int from, Element element) {
        if (element instanceof Element.Literal(String text)) {
            int node = from;
            for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
                node = child(node, text.codePointAt(i));
            }
            return node;
        }
        int before = nodes();
        int node = child(from, labelOf(element));
        if (element instanceof Element.Choice(List<List<Element>> alternatives) && nodes() > before) {
            for (List<Element> alternative : alternatives) {
                int last = addSequence(from, alternative);
                emptyMoves.computeIfAbsent(last, _ -> new IntList()).add(node);
            }
        }
        return node;
    }

    private int labelOf(Element element) {
        return ELEMENTS
                + elementIds.computeIfAbsent(element, added -> {
                    elements.add(added);
                    return elements.size() - 1;
                });
    }

    private int child(int parent, int wanted) {
        for (int child = firstChild.get(parent); child != NIL; child = nextSibling.get(child)) {
            if (label.get(child) == wanted) {
                return child;
            }
        }
        int added = addNode(wanted);
        nextSibling.set(added, firstChild.get(parent));
        firstChild.set(parent, added);
        return added;
    }

    private int addNode(int withLabel) {
        label.add(withLabel);
        firstChild.add(NIL);
        nextSibling.add(NIL);
        segmentAt.add(NIL);
        return label.size() - 1;
    }
}
