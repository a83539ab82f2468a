package io.agentfense.policy;

import java.util.Objects;

/**
 * One line of a policy: paths like this have that level.
 *
 * <p>Any values can be put in a rule; {@link Policy#compile} checks the pattern. Immutable.
 *
 * @param pattern rooted at the workspace; a missing leading {@code /} is understood
 * @param permission the level of the paths that match, if no better rule matches
 * @param type how the pattern is read
 * @param priority higher wins; any 32-bit integer
 */
public record Rule(String pattern, Level permission, PatternType type, int priority) {
    /** Refuses null. */
    public Rule {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(permission, "permission");
        Objects.requireNonNull(type, "type");
    }

    /** A glob of priority 0. */
    public static Rule of(String pattern, Level permission) {
        return of(pattern, permission, 0);
    }

    /** A glob. */
    public static Rule of(String pattern, Level permission, int priority) {
        return new Rule(pattern, permission, PatternType.GLOB, priority);
    }

    /** The literal path and everything below it, priority 0. */
    public static Rule directory(String path, Level permission) {
        return new Rule(path, permission, PatternType.DIRECTORY, 0);
    }

    /** Exactly the literal path, priority 0. */
    public static Rule file(String path, Level permission) {
        return new Rule(path, permission, PatternType.FILE, 0);
    }

    /**
     * The deepest directory that every path this rule's pattern matches lies in or is: {@code output} for
     * {@code /output/**}, {@code a} for {@code /a/b} (which may be a file), the root (no bytes) for {@code **}{@code
     * /*.py}.
     *
     * @return the path's bytes without leading or trailing slash
     * @throws IllegalArgumentException if the pattern is one that {@link Policy#compile} refuses
     */
    public byte[] literalDirectory() {
        try {
            return Pattern.parse(this).literalDirectory();
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern \"" + pattern + "\": " + e.problem(), e);
        }
    }

    /**
     * The rule on one line, as the command line takes it: {@code PATTERN=LEVEL@PRIORITY}; in front its type, if that is
     * not glob.
     */
    @Override
    public String toString() {
        String prefix = type == PatternType.GLOB ? "" : type.label() + " ";
        return prefix + PathText.oneLine(pattern, pattern.length()) + "=" + permission.label()
                + (priority == 0 ? "" : "@" + priority);
    }
}
