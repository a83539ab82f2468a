package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;

/** Short names that can be read out: three syllables and two digits, as in {@code mirota27}. Stateless. */
final class Ids {
    private static final String CONSONANTS = "bdfghjklmnprstvz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = 3;

    private Ids() {}

    /** Makes a directory of a name that was free, and returns the name. */
    static String make(StateDirectory parent) throws LinuxException {
        String id = next();
        while (!parent.mkdir(id)) {
            id = next();
        }
        return id;
    }

    /** A name that is none of these. */
    static String other(Collection<String> taken) {
        String id = next();
        while (taken.contains(id)) {
            id = next();
        }
        return id;
    }

    private static String next() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < SYLLABLES; i++) {
            id.append(pick(CONSONANTS)).append(pick(VOWELS));
        }
        return id.append(pick("0123456789")).append(pick("0123456789")).toString();
    }

    private static char pick(String from) {
        return from.charAt(ThreadLocalRandom.current().nextInt(from.length()));
    }
}
