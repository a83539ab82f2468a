package io.agentfense.secret.rule;

import io.agentfense.secret.check.Check;
import java.util.List;

/** The forms that most rules have. */
final class Shapes {
    private static final Check ANY = (text, start, end) -> true;

    private Shapes() {}

    /** A token that begins with a literal, which is also what is looked for. */
    static Rule token(String id, String description, Severity severity, String literal, String rest) {
        return token(id, description, severity, List.of(literal), java.util.regex.Pattern.quote(literal) + rest, ANY);
    }

    /** A token that begins with one of some literals. */
    static Rule token(
            String id, String description, Severity severity, List<String> literals, String pattern, Check check) {
        return Rule.of(id, description, severity, Confidence.HIGH, lower(literals), new TokenFinder(pattern, 0, check));
    }

    /** A token that begins with one of some literals and has no checksum. */
    static Rule token(String id, String description, Severity severity, List<String> literals, String pattern) {
        return token(id, description, severity, literals, pattern, ANY);
    }

    /** A token with a literal in its middle, at most so many bytes behind its beginning. */
    static Rule around(String id, String description, Severity severity, String literal, int before, String pattern) {
        return Rule.of(
                id,
                description,
                severity,
                Confidence.HIGH,
                lower(List.of(literal)),
                new TokenFinder(pattern, before, ANY));
    }

    /** A random value behind a literal, as the group {@code secret}. */
    static Rule nearby(
            String id, String description, Severity severity, List<String> literals, int reach, String pattern) {
        return nearby(id, description, severity, literals, reach, pattern, NearbyFinder::isRandom);
    }

    /** A value that passes a check behind a literal, as the group {@code secret}. */
    static Rule nearby(
            String id,
            String description,
            Severity severity,
            List<String> literals,
            int reach,
            String pattern,
            Check check) {
        return Rule.of(
                id, description, severity, Confidence.MEDIUM, lower(literals), new NearbyFinder(pattern, reach, check));
    }

    private static List<String> lower(List<String> literals) {
        return literals.stream()
                .map(literal -> literal.toLowerCase(java.util.Locale.ROOT))
                .toList();
    }
}
