package io.agentfense.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a rule's pattern into segments; what it refuses, and how it says so, is in the permissions' specification. */
final class PatternParser {
    /** Longest pattern, in bytes of UTF-8. */
    static final int MAX_BYTES = 4096;

    private static final Segment ANY_DEPTH = new Segment.AnyDepth();

    private PatternParser() {}

    static List<Segment> segments(String pattern, PatternType type) throws PatternSyntaxException {
        check(pattern);
        List<String> texts = type == PatternType.GLOB ? splitGlob(pattern) : List.of(pattern.split("/"));
        List<Segment> segments = new ArrayList<>(texts.size());
        for (String text : texts) {
            Segment segment = type == PatternType.GLOB ? globSegment(text) : literalSegment(text);
            if (!isNoName(segment, "") && !isNoName(segment, ".")) {
                segments.add(segment);
            }
            if (isNoName(segment, "..")) {
                throw new PatternSyntaxException(
                        "a \"..\" segment; write the path it leads to, counted from the workspace's root");
            }
        }
        return List.copyOf(segments);
    }

    private static void check(String pattern) throws PatternSyntaxException {
        if (pattern.isEmpty()) {
            throw new PatternSyntaxException("it is empty; write \"/**\" for everything");
        }
        if (pattern.indexOf('\0') >= 0) {
            throw new PatternSyntaxException("it holds a NUL, which no name can; remove it");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(pattern)) {
            throw new PatternSyntaxException(
                    "it holds half a surrogate pair, which is no character; write \"?\" for a byte that isn't UTF-8");
        }
        int length = Utf8.encode(pattern).length;
        if (length > MAX_BYTES) {
            throw new PatternSyntaxException(
                    "it is " + length + " bytes long; the most is " + MAX_BYTES + ", more than any path has");
        }
    }

    /** Between slashes, whatever stands before them: neither a class nor an escape can hold one. */
    private static List<String> splitGlob(String pattern) {
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean escape = c == '\\' && i + 1 < pattern.length();
            if (escape && pattern.charAt(i + 1) != '/') {
                text.append(c).append(pattern.charAt(++i));
            } else if (c == '/') {
                texts.add(text.toString());
                text.setLength(0);
            } else if (!escape) {
                text.append(c);
            }
        }
        texts.add(text.toString());
        return texts;
    }

    private static Segment globSegment(String text) throws PatternSyntaxException {
        return text.equals("**") ? ANY_DEPTH : new Segment.Name(SegmentParser.parse(text));
    }

    private static Segment literalSegment(String text) {
        return new Segment.Name(text.isEmpty() ? List.of() : List.of(new Element.Literal(text)));
    }

    private static boolean isNoName(Segment segment, String text) {
        return segment instanceof Segment.Name name
                && (text.isEmpty()
                        ? name.elements().isEmpty()
                        : name.isLiteral() && name.literal().equals(text));
    }
}
