package io.agentfense.server.access;

import java.util.Optional;

/** Who may do what with whose objects: the whole of it is {@link #decide}. Stateless. */
public final class Authorization {
    /** What is decided. */
    public enum Decision {
        ALLOW,
        /** The caller may know that the object is there. */
        DENY,
        /** The caller may not. */
        HIDE
    }

    private Authorization() {}

    /** The table. */
    public static Decision decide(Caller caller, Verb verb, String ownerId) {
        boolean own = caller.authenticated() && ownerId.equals(caller.userId());
        return switch (caller.role()) {
            case ADMIN -> Decision.ALLOW;
            case AUDITOR -> verb == Verb.READ ? Decision.ALLOW : Decision.DENY;
            case USER -> {
                if (verb == Verb.ADMINISTER) {
                    yield Decision.DENY;
                }
                yield own ? Decision.ALLOW : Decision.HIDE;
            }
        };
    }

    /**
     * Lets a caller do something with an owner's object, or throws.
     *
     * @throws AccessException {@code Denied} or {@code Hidden}
     */
    public static void check(Caller caller, Verb verb, String ownerId) throws AccessException {
        switch (decide(caller, verb, ownerId)) {
            case ALLOW -> {}
            case DENY ->
                throw new AccessException.Denied("the role "
                        + caller.role().name().toLowerCase(java.util.Locale.ROOT) + " does not allow this call");
            case HIDE -> throw new AccessException.Hidden();
        }
    }

    /** Whether a caller may do what no other role may. */
    public static boolean isAdministrator(Caller caller) {
        return decide(caller, Verb.ADMINISTER, "") == Decision.ALLOW;
    }

    /** Whether a caller may look at everybody's objects. */
    public static boolean readsAll(Caller caller) {
        return decide(caller, Verb.READ, "") == Decision.ALLOW;
    }

    /** Lets those alone go on who may look at everybody's objects: auditors and administrators. */
    public static void checkReadsAll(Caller caller) throws AccessException {
        if (!readsAll(caller)) {
            throw new AccessException.Denied("this call is for auditors and administrators");
        }
    }

    /** Lets administrators alone go on. */
    public static void checkAdministrator(Caller caller) throws AccessException {
        check(caller, Verb.ADMINISTER, "");
    }

    /**
     * Whose objects a listing shows.
     *
     * @param requested the owner that the request names, or empty
     * @return that owner alone; of all if empty
     */
    public static Optional<String> listed(Caller caller, String requested) {
        return switch (caller.role()) {
            case ADMIN, AUDITOR -> requested.isEmpty() ? Optional.empty() : Optional.of(requested);
            case USER -> Optional.of(caller.userId());
        };
    }
}
