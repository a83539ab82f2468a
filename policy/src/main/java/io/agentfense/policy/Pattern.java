package io.agentfense.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule's pattern, read and normalised: no empty and no {@code .} segments, escapes resolved.
 *
 * <p>Two patterns are the same if their segments and trees are equal, however they were written.
 *
 * @param kind how it ranks against others
 * @param segments without a trailing slash
 * @param tree whether it was written to match everything below as well, by its type or a {@code /} at its end
 */
record Pattern(Kind kind, List<Segment> segments, boolean tree) {
    /** From least to most specific, so that the natural order is the one of the specification. */
    enum Kind {
        GLOB("glob"),
        DIRECTORY("literal directory"),
        FILE("literal path");

        final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    static Pattern parse(Rule rule) throws PatternSyntaxException {
        List<Segment> segments = PatternParser.segments(rule.pattern(), rule.type());
        boolean literal = segments.stream().allMatch(Pattern::isLiteral);
        return switch (rule.type()) {
            case FILE -> new Pattern(Kind.FILE, segments, false);
            case DIRECTORY -> new Pattern(Kind.DIRECTORY, segments, true);
            case GLOB -> {
                boolean tree = rule.pattern().endsWith("/");
                yield new Pattern(literal ? (tree ? Kind.DIRECTORY : Kind.FILE) : Kind.GLOB, segments, tree);
            }
        };
    }

    /** Characters before the first wildcard, the slashes between the segments included. */
    int literalPrefix() {
        int length = 1;
        for (int i = 0; i < segments.size(); i++) {
            length += i == 0 ? 0 : 1;
            if (!(segments.get(i) instanceof Segment.Name(List<Element> elements))) {
                return length;
            }
            length += elements.getFirst() instanceof Element.Literal(String text) ? characters(text) : 0;
            if (!isLiteral(segments.get(i))) {
                return length;
            }
        }
        return length;
    }

    /** Characters that are neither {@code /} nor wildcards nor in a class; those of each alternative count. */
    int literalCharacters() {
        return segments.stream()
                .mapToInt(segment -> segment instanceof Segment.Name name ? characters(name.elements()) : 0)
                .sum();
    }

    /** How many {@code **} it has. */
    int anyDepths() {
        return (int) segments.stream()
                .filter(segment -> segment instanceof Segment.AnyDepth)
                .count();
    }

    /** See {@link Rule#literalDirectory()}. */
    byte[] literalDirectory() {
        List<String> names = new ArrayList<>();
        for (Segment segment : segments) {
            if (!isLiteral(segment)) {
                break;
            }
            names.add(((Segment.Name) segment).literal());
        }
        boolean mayBeFile = names.size() == segments.size() && !tree && !names.isEmpty();
        return Utf8.encode(
                names.stream().limit(names.size() - (mayBeFile ? 1 : 0)).collect(Collectors.joining("/")));
    }

    private static boolean isLiteral(Segment segment) {
        return segment instanceof Segment.Name name && name.isLiteral();
    }

    private static int characters(List<Element> elements) {
        return elements.stream().mapToInt(Pattern::characters).sum();
    }

    private static int characters(Element element) {
        return switch (element) {
            case Element.Literal(String text) -> characters(text);
            case Element.Choice(List<List<Element>> alternatives) ->
                alternatives.stream().mapToInt(Pattern::characters).sum();
            case Element.AnyCharacter _, Element.AnyRun _, Element.OneOf _ -> 0;
        };
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }
}
