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
 * @param mask whether secrets in the files that this rule decides on are read as placeholders; for {@link Level#READ} and
 *     {@link Level#WRITE} alone
 */
public record Rule(String pattern, Level permission, PatternType type, int priority, boolean mask) {
    /** Refuses null. */
    public Rule {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(permission, "permission");
        Objects.requireNonNull(type, "type");
    }

    /** One that masks nothing. */
    public Rule(String pattern, Level permission, PatternType type, int priority) {
        this(pattern, permission, type, priority, false);
    }

    /** The same rule, with the secrets in its files masked or not. */
    public Rule withMask(boolean masks) {
        return new Rule(pattern, permission, type, priority, masks);
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
     * The rule on one line, as the command line takes it: {@code PATTERN=LEVEL@PRIORITY}, with {@code +mask} behind the
     * level if it masks; in front its type, if that is not glob.
     */
    @Override
    public String toString() {
        String prefix = type == PatternType.GLOB ? "" : type.label() + " ";
        return prefix + PathText.oneLine(pattern, pattern.length()) + "=" + permission.label()
                + (mask ? "+mask" : "")
                + (priority == 0 ? "" : "@" + priority);
    }
}
