package io.agentfense.workspace.delta;

import io.agentfense.policy.Rule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a delta besides its files: the content of its {@code meta.json}. Immutable.
 *
 * @param id names it; lower-case letters and digits
 * @param base absolute path of the codebase it was made over
 * @param rules as they were given; what may be applied is judged by them
 * @param created when, to the millisecond
 * @param command what ran in it, program first; may be empty
 * @param layers ids of the frozen layers below its upper, topmost first
 * @param ending how the run ended, or null if it did not (it runs, or was killed)
 */
public record Meta(
        String id,
        String base,
        List<Rule> rules,
        Instant created,
        List<String> command,
        List<String> layers,
        @Nullable Ending ending) {
    /** Copies the lists. */
    public Meta {
        rules = List.copyOf(rules);
        command = List.copyOf(command);
        layers = List.copyOf(layers);
    }

    /**
     * How a run ended.
     *
     * @param reason {@code exited}, {@code timeout}, {@code stopped} or another word of the runtime's
     * @param exitCode the command's
     * @param at when, to the millisecond
     */
    public record Ending(String reason, int exitCode, Instant at) {}

    /** The same with other layers. */
    public Meta withLayers(List<String> other) {
        return new Meta(id, base, rules, created, command, other, ending);
    }

    /** The same with other rules, as when they change while a sandbox runs. */
    public Meta withRules(List<Rule> other) {
        return new Meta(id, base, other, created, command, layers, ending);
    }

    /** The same, ended. */
    public Meta withEnding(Ending how) {
        return new Meta(id, base, rules, created, command, layers, how);
    }
}
