package io.agentfense.policy;

/** A pattern that can't be read. Package-private: callers get a {@link PolicyException} that names the rule. */
final class PatternSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private final String problem;

    PatternSyntaxException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** What is wrong and how to mend it. */
    String problem() {
        return problem;
    }
}
