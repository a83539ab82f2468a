package io.agentfense.alert.text;

/** What of a configuration can't be meant; the message begins with the key it stands under. */
public final class AlertConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String key;
    private final String problem;

    AlertConfigException(String key, String problem) {
        super(key.isEmpty() ? problem : key + ": " + problem);
        this.key = key;
        this.problem = problem;
    }

    /** The key, such as {@code rules[2].window}, counted from the section; empty for the section itself. */
    public String key() {
        return key;
    }

    /** What is wrong, and what to write instead. */
    public String problem() {
        return problem;
    }
}
