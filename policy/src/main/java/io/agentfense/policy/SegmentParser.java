package io.agentfense.policy;

import java.util.ArrayList;
import java.util.List;

/** Reads one segment of a glob: {@code *.{key,pem}} into its elements. */
final class SegmentParser {
    private final String text;
    private int at;

    private SegmentParser(String text) {
        this.text = text;
    }

    /** The segment's elements; neighbouring literal characters become one. */
    static List<Element> parse(String text) throws PatternSyntaxException {
        return new SegmentParser(text).sequence(false);
    }

    private List<Element> sequence(boolean inChoice) throws PatternSyntaxException {
        List<Element> elements = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (at < text.length() && !(inChoice && (peek() == ',' || peek() == '}'))) {
            Element wildcard = wildcard(inChoice);
            if (wildcard instanceof Element.Literal(String characters)) {
                literal.append(characters);
            } else {
                flush(literal, elements);
                elements.add(wildcard);
            }
        }
        flush(literal, elements);
        return List.copyOf(elements);
    }

    private static void flush(StringBuilder literal, List<Element> elements) {
        if (!literal.isEmpty()) {
            elements.add(new Element.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private Element wildcard(boolean inChoice) throws PatternSyntaxException {
        char c = peek();
        return switch (c) {
            case '*' -> anyRun();
            case '?' -> {
                at++;
                yield new Element.AnyCharacter();
            }
            case '[' -> new Element.OneOf(characterClass());
            case '{' -> choice(inChoice);
            default -> new Element.Literal(Character.toString(character()));
        };
    }

    private Element anyRun() throws PatternSyntaxException {
        at++;
        if (at < text.length() && peek() == '*') {
            throw new PatternSyntaxException(gluedStars());
        }
        return new Element.AnyRun();
    }

    private String gluedStars() {
        String before = text.substring(0, at - 1);
        String after = text.substring(at).replaceFirst("^\\*+", "");
        String mended = (before.isEmpty() ? "" : before + "/") + "**" + (after.isEmpty() ? "" : "/*" + after);
        return "\"**\" must be a whole segment, here it is part of \"" + text + "\"; write \"" + mended
                + "\", or \"*\" for any characters within a segment";
    }

    private Element choice(boolean nested) throws PatternSyntaxException {
        if (nested) {
            throw new PatternSyntaxException("\"{\" inside \"{…}\": alternatives don't nest; list all of them in one"
                    + " pair of braces, or write \"\\{\" for the character");
        }
        List<List<Element>> alternatives = new ArrayList<>();
        do {
            at++;
            alternatives.add(sequence(true));
            if (at == text.length()) {
                throw new PatternSyntaxException("unclosed \"{\" in \"" + text + "\"; close it with \"}\" before the"
                        + " next \"/\", or write \"\\{\" for the character");
            }
        } while (peek() == ',');
        at++;
        return new Element.Choice(List.copyOf(alternatives));
    }

    private CharacterClass characterClass() throws PatternSyntaxException {
        at++;
        boolean negated = at < text.length() && (peek() == '!' || peek() == '^');
        at += negated ? 1 : 0;
        List<CharacterClass.Range> ranges = new ArrayList<>();
        // As in POSIX, a "]" that comes first stands for itself.
        do {
            ranges.add(range());
        } while (at < text.length() && peek() != ']');
        closeClass();
        return new CharacterClass(List.copyOf(ranges), negated);
    }

    private CharacterClass.Range range() throws PatternSyntaxException {
        if (at == text.length()) {
            closeClass();
        }
        int low = character();
        boolean isRange = at + 1 < text.length() && peek() == '-' && text.charAt(at + 1) != ']';
        if (!isRange) {
            return new CharacterClass.Range(low, low);
        }
        at++;
        return new CharacterClass.Range(low, character());
    }

    private void closeClass() throws PatternSyntaxException {
        if (at == text.length()) {
            throw new PatternSyntaxException("unclosed \"[\" in \"" + text + "\"; close it with \"]\" before the next"
                    + " \"/\", or write \"\\[\" for the character");
        }
        at++;
    }

    /** The code point here, the one after a backslash for an escaped one; moves past it. */
    private int character() throws PatternSyntaxException {
        if (peek() == '\\') {
            at++;
            if (at == text.length()) {
                throw new PatternSyntaxException(
                        "the \"\\\" at the end of \"" + text + "\" escapes nothing; write \"\\\\\" for the character");
            }
        }
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private char peek() {
        return text.charAt(at);
    }
}
