package io.agentfense.server.sandbox;

import java.util.List;

/**
 * Where a command may start: in the workspace, or in the sandbox's own /tmp. Only the text is judged here; what it leads to
 * is found inside, by the command's own rights. Stateless.
 */
final class WorkingDirectory {
    static final String WORKSPACE = "/workspace";
    private static final List<String> ROOTS = List.of(WORKSPACE, "/tmp");

    private WorkingDirectory() {}

    /**
     * The absolute path that is meant.
     *
     * @param given empty for the workspace, relative to it, or absolute
     * @throws Refusal INVALID if it leads elsewhere
     */
    static String of(String given) throws Refusal {
        if (given.isEmpty()) {
            return WORKSPACE;
        }
        String path = given.startsWith("/") ? given : WORKSPACE + "/" + given;
        boolean inside = ROOTS.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
        if (!inside || List.of(path.split("/")).contains("..") || path.indexOf(0) >= 0) {
            throw new Refusal(Refusal.Kind.INVALID, "workdir: must be in /workspace or /tmp, without .. in it");
        }
        return path;
    }
}
