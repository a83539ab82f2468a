package io.agentfense.client.tools;

import java.util.List;

/**
 * A tool that a model may call. Thread-safe.
 *
 * @param name as models know it
 * @param description for the model
 * @param parameters what it takes, in the order in which they are shown
 */
public record AgentTool(String name, String description, List<Parameter> parameters, Action action) {
    /** What an argument is. */
    public enum Type {
        STRING,
        INTEGER,
        BOOLEAN
    }

    /**
     * An argument.
     *
     * @param description for the model
     * @param required whether a call without it is an error
     */
    public record Parameter(String name, Type type, String description, boolean required) {}

    /** What a tool does. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does it.
         *
         * @throws ToolFailure for what the model is to be told
         */
        String call(Arguments arguments) throws ToolFailure;
    }

    static Parameter required(String name, Type type, String description) {
        return new Parameter(name, type, description, true);
    }

    static Parameter optional(String name, Type type, String description) {
        return new Parameter(name, type, description, false);
    }

    /**
     * Calls it. What the rules refuse, what is not there and what is wrong with the arguments is a result that begins with
     * {@code Error:}, for the model to read; a result is cut at {@link Results#LONGEST} characters.
     *
     * @param json an object with the arguments
     * @throws io.agentfense.client.SandboxException if the sandbox or its server is gone: no model can mend that
     */
    public String call(String json) {
        return Results.of(() -> action.call(Arguments.of(json, parameters)));
    }

    /** The parameters as a JSON schema. */
    public String inputSchema() {
        return Schemas.of(parameters);
    }
}
