package io.agentfense.audit.forward;

/**
 * Who gets the records of a log.
 *
 * @param name of 1 to 63 letters, digits, '.', '_' and '-': its position's file has it
 */
public record Receiver(String name, Destination destination) {
    /** Checks the name. */
    public Receiver {
        if (!isName(name)) {
            throw new IllegalArgumentException("a name has 1 to 63 letters, digits, '.', '_' and '-'");
        }
    }

    /** Whether a receiver can have a name. */
    public static boolean isName(String text) {
        return text.matches("[A-Za-z0-9_.-]{1,63}");
    }
}
