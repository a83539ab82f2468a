package io.agentfense.server.config;

import java.util.List;

/** The configuration is wrong. The message has one line for each thing that is, with where it stands. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final List<String> problems;

    /** @param problems each {@code WHERE: WHAT} on one line */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, in the order it was found. */
    public List<String> problems() {
        return problems;
    }
}
