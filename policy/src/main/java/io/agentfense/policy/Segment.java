package io.agentfense.policy;

import java.util.List;

/** What a pattern has between two slashes. */
sealed interface Segment {
    /** {@code **}: any number of whole segments, none included. */
    record AnyDepth() implements Segment {}

    /** One name. */
    record Name(List<Element> elements) implements Segment {
        private static final List<Element> ANY = List.of(new Element.AnyRun());

        /** Whether every name matches: the segment is {@code *}. */
        boolean isAny() {
            return elements.equals(ANY);
        }

        boolean isLiteral() {
            return elements.size() == 1 && elements.getFirst() instanceof Element.Literal;
        }

        /** The only name that matches, if {@link #isLiteral()}. */
        String literal() {
            return ((Element.Literal) elements.getFirst()).text();
        }
    }
}
