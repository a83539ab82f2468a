package io.agentfense.rulefile;

/** A file that can't be read as what it should be. The message says where, what is wrong and what to write instead. */
public final class RuleFileException extends Exception {
    private static final long serialVersionUID = 1;

    private final Location location;

    RuleFileException(Location location, String problem) {
        super(location + ": " + problem);
        this.location = location;
    }

    /** Where the problem is. */
    public Location location() {
        return location;
    }
}
