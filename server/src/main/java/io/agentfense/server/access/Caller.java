package io.agentfense.server.access;

import io.agentfense.server.store.Role;

/**
 * Who calls.
 *
 * @param userId empty for the anonymous caller of a server without authentication
 * @param authenticated whether that was proven
 */
public record Caller(String userId, Role role, boolean authenticated) {
    /** Whoever calls a server without authentication: may do everything, for whoever a request says. */
    public static final Caller ANONYMOUS = new Caller("", Role.ADMIN, false);

    /**
     * Whose an object is that this caller creates.
     *
     * @param requested what the request says, or empty
     * @return the caller, unless it is an administrator or not authenticated and the request names another
     */
    public String ownerOf(String requested) {
        return role == Role.ADMIN && !requested.isEmpty() ? requested : userId;
    }
}
