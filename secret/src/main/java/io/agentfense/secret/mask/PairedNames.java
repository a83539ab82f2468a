package io.agentfense.secret.mask;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/**
 * Objects that have a name and its value as members, in either order: {@code {"name": "DB_PASSWORD", "value": "x"}}. Used
 * once, by one thread.
 */
final class PairedNames {
    private static final Set<String> NAMES = Set.of("name", "key", "variable", "parametername");
    private static final Set<String> VALUES = Set.of("value", "parametervalue");

    private final Deque<Pair> open = new ArrayDeque<>();

    private static final class Pair {
        private boolean secret;
        private int start;
        private int end;
    }

    /** An object begins. */
    void begin() {
        open.push(new Pair());
    }

    /** The object that began last ends: adds its value if its name tells that it is secret. */
    void end(Ranges found) {
        Pair pair = open.pop();
        if (pair.secret) {
            found.add(pair.start, pair.end);
        }
    }

    /** A member of the object that began last, whose text stands at offsets. */
    void member(String name, String text, int start, int end) {
        Pair pair = open.peek();
        String lower = name.toLowerCase(Locale.ROOT);
        if (pair != null && NAMES.contains(lower)) {
            pair.secret = SecretName.is(text);
        } else if (pair != null && VALUES.contains(lower) && !SecretName.isHarmless(text)) {
            pair.start = start;
            pair.end = end;
        }
    }
}
