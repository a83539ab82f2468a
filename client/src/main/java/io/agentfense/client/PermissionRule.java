package io.agentfense.client;

/**
 * What one pattern allows. Of rules that match a path the highest priority decides; a path that none matches does not exist
 * inside.
 *
 * @param pattern rooted at the workspace: {@code /src/**} is {@code /workspace/src} and all below it
 * @param priority negative ones are allowed
 * @param mask whether secrets in the files that it decides on are read as placeholders, which a commit turns back; with
 *     {@link Permission#READ} and {@link Permission#WRITE} alone
 */
public record PermissionRule(String pattern, PatternType type, Permission permission, int priority, boolean mask) {
    /** One that masks nothing. */
    public PermissionRule(String pattern, PatternType type, Permission permission, int priority) {
        this(pattern, type, permission, priority, false);
    }

    /** A glob that hides. */
    public static PermissionRule none(String pattern) {
        return new PermissionRule(pattern, PatternType.GLOB, Permission.NONE, 0);
    }

    /** A glob that lists. */
    public static PermissionRule view(String pattern) {
        return new PermissionRule(pattern, PatternType.GLOB, Permission.VIEW, 0);
    }

    /** A glob that lets read. */
    public static PermissionRule read(String pattern) {
        return new PermissionRule(pattern, PatternType.GLOB, Permission.READ, 0);
    }

    /** A glob that lets write. */
    public static PermissionRule write(String pattern) {
        return new PermissionRule(pattern, PatternType.GLOB, Permission.WRITE, 0);
    }

    /** The same with another priority. */
    public PermissionRule withPriority(int priority) {
        return new PermissionRule(pattern, type, permission, priority, mask);
    }

    /** The same with the secrets in its files masked. */
    public PermissionRule masked() {
        return new PermissionRule(pattern, type, permission, priority, true);
    }

    /** The same with its pattern meant otherwise. */
    public PermissionRule withType(PatternType type) {
        return new PermissionRule(pattern, type, permission, priority, mask);
    }
}
