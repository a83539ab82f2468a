package io.agentfense.server;

import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.config.ServerConfig;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes an API key in the store of a server that does not run: the first one, with which others can be made by calls.
 * Stateless.
 */
final class NewKey {
    private NewKey() {}

    /**
     * Makes a key.
     *
     * @param wish {@code USER=ROLE}, the role being user, auditor or admin
     * @return the key, which nobody can tell again
     * @throws AccessException for a user that can't be
     * @throws IllegalArgumentException for another form
     */
    static String make(ServerConfig config, String wish) throws AccessException {
        int equals = wish.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--new-key takes USER=ROLE, such as alice=user, not " + wish);
        }
        Role role = role(wish.substring(equals + 1));
        try (Database database = Database.open(config.storage().database())) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            return keys.create(wish.substring(0, equals), role, "made by --new-key", Optional.empty())
                    .key();
        }
    }

    private static Role role(String text) {
        try {
            return Role.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("there is no role " + text + "; there are user, auditor and admin", e);
        }
    }
}
