package io.agentfense.client.tools;

/** What a model is told instead of a result. */
public final class ToolFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** In words for the model. */
    public ToolFailure(String message) {
        super(message);
    }
}
