package io.agentfense.workspace;

/**
 * Who owns every file inside, as the kernel of the mount sees it: the sandbox's user.
 *
 * @param uid a user id of the host
 * @param gid a group id of the host
 */
public record Owner(int uid, int gid) {}
