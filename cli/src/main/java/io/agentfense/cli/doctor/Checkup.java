package io.agentfense.cli.doctor;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param state whether it is there
 * @param finding what was found, and what it means
 * @param remedy what to do, or empty
 */
record Checkup(String name, State state, String finding, String remedy) {
    /** How it is. */
    enum State {
        /** There. */
        OK,
        /** Not there, and something is slower or not offered because of it. */
        WITHOUT,
        /** Not there, and nothing can run. */
        MISSING,
        /** A deployment keeps it. */
        PASS,
        /** A deployment does not keep it, or it could not be tried. */
        FAIL;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether something has to be done. */
        boolean isBad() {
            return this == MISSING || this == FAIL;
        }
    }

    /** Of an item of a deployment that is kept, without its name. */
    static Checkup pass(String finding) {
        return new Checkup("", State.PASS, finding, "");
    }

    /** Of one that is not, without its name. */
    static Checkup fail(String finding, String remedy) {
        return new Checkup("", State.FAIL, finding, remedy);
    }

    /** The same, of what has that name. */
    Checkup named(String now) {
        return new Checkup(now, state, finding, remedy);
    }
}
