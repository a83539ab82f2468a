package io.agentfense.policy;

import java.util.List;

/** A part of a pattern's segment. */
sealed interface Element {
    /** These characters. */
    record Literal(String text) implements Element {}

    /** {@code ?}: any one character. */
    record AnyCharacter() implements Element {}

    /** {@code *}: any run of characters, the empty one included. */
    record AnyRun() implements Element {}

    /** {@code [a-z]}: one character of a class. */
    record OneOf(CharacterClass characters) implements Element {}

    /** <code>{a,b}</code>: one of the alternatives, each a sequence without a further choice. */
    record Choice(List<List<Element>> alternatives) implements Element {}
}
