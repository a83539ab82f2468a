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
 * @param generation counts the uppers that this delta has had, and so names the one it has
 * @param snapshots states it can go back to, the oldest first
 * @param ending how the run ended, or null if it did not (it runs, or was killed)
 */
public record Meta(
        String id,
        String base,
        List<Rule> rules,
        Instant created,
        List<String> command,
        List<String> layers,
        int generation,
        List<Snapshot> snapshots,
        @Nullable Ending ending) {
    /** Copies the lists. */
    public Meta {
        rules = List.copyOf(rules);
        command = List.copyOf(command);
        layers = List.copyOf(layers);
        snapshots = List.copyOf(snapshots);
    }

    /**
     * How a run ended.
     *
     * @param reason {@code exited}, {@code timeout}, {@code stopped} or another word of the runtime's
     * @param exitCode the command's
     * @param at when, to the millisecond
     */
    public record Ending(String reason, int exitCode, Instant at) {}

    /** The same with an empty upper over other layers. */
    Meta withNewUpper(List<String> other) {
        return new Meta(id, base, rules, created, command, other, generation + 1, snapshots, ending);
    }

    /** The same with other snapshots. */
    Meta withSnapshots(List<Snapshot> other) {
        return new Meta(id, base, rules, created, command, layers, generation, other, ending);
    }

    /** The same with other layers. */
    public Meta withLayers(List<String> other) {
        return new Meta(id, base, rules, created, command, other, generation, snapshots, ending);
    }

    /** The same with other rules, as when they change while a sandbox runs. */
    public Meta withRules(List<Rule> other) {
        return new Meta(id, base, other, created, command, layers, generation, snapshots, ending);
    }

    /** The same, ended. */
    public Meta withEnding(Ending how) {
        return new Meta(id, base, rules, created, command, layers, generation, snapshots, how);
    }
}
