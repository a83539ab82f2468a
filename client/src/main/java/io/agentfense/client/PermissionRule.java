package io.agentfense.client;

/**
 * What one pattern allows. Of rules that match a path the highest priority decides; a path that none matches does not exist
 * inside.
 *
 * @param pattern rooted at the workspace: {@code /src/**} is {@code /workspace/src} and all below it
 * @param priority negative ones are allowed
 */
public record PermissionRule(String pattern, PatternType type, Permission permission, int priority) {
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
        return new PermissionRule(pattern, type, permission, priority);
    }

    /** The same with its pattern meant otherwise. */
    public PermissionRule withType(PatternType type) {
        return new PermissionRule(pattern, type, permission, priority);
    }
}
