package io.agentfense.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a policy says of one path, and all that is needed to go on to the paths below it.
 *
 * <p>Immutable to its users and safe for any number of threads. Paths that the rules can't tell apart share a state, so
 * holding one for each directory costs little; a state that nobody holds is the collector's. A state keeps its policy
 * alive.
 */
public final class PathState {
    private final PathAutomaton automaton;
    private final Configuration configuration;
    private final Level level;
    private final int rule;
    private final boolean masked;
    private final int levelsBelow;
    private final boolean uniform;
    private volatile Links links = new Links();

    PathState(PathAutomaton automaton, Configuration configuration) {
        this.automaton = automaton;
        this.configuration = configuration;
        level = automaton.level(configuration.decision());
        rule = automaton.rule(configuration.decision());
        masked = automaton.masks(configuration.decision());
        levelsBelow = automaton.levelsBelow(configuration);
        uniform = configuration.isUniform();
    }

    /**
     * The state of the child of that name. Takes no lock and allocates nothing once the policy has met a name and a
     * directory of these kinds.
     *
     * @param buffer holds the name: one path component, not empty, {@code .} or {@code ..}, without {@code /}
     * @param offset where the name begins
     * @param length of the name in bytes
     */
    public PathState child(byte[] buffer, int offset, int length) {
        if (uniform) {
            return this;
        }
        NameClass name = automaton.classify(buffer, offset, length);
        @Nullable PathState child = name == null ? null : links.get(name);
        return child == null ? automaton.learn(this, buffer, offset, length) : child;
    }

    /** The state of the child of that name; see {@link #child(byte[], int, int)}. */
    public PathState child(byte[] name) {
        return child(name, 0, name.length);
    }

    /** The path's level. */
    public Level level() {
        return level;
    }

    /** Index of the rule that decides, in {@link Policy#rules()}; -1 if no rule matches. */
    public int rule() {
        return rule;
    }

    /** Whether the rule that decides has secrets in files read as placeholders. */
    public boolean isMasked() {
        return masked;
    }

    /**
     * The levels that paths strictly below this one may have, as a mask of {@link Level#bit()}s. A level that is not in
     * it occurs nowhere below, whatever exists there; one that is in it may need names that nobody uses.
     */
    public int levelsBelow() {
        return levelsBelow;
    }

    /** Whether something below may have at least that level. */
    public boolean mayBelow(Level atLeast) {
        return levelsBelow >= atLeast.bit();
    }

    /** Whether something below may have the level {@link Level#NONE}. */
    public boolean mayHideBelow() {
        return (levelsBelow & Level.NONE.bit()) != 0;
    }

    Configuration configuration() {
        return configuration;
    }

    Links links() {
        return links;
    }

    /** From now on goes on as {@code twin} does, a state of the same configuration. */
    void follow(PathState twin) {
        links = twin.links;
    }
}
