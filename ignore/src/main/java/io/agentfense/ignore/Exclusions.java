package io.agentfense.ignore;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What of a directory stays out, for either of two reasons: what a user's ignore files say of uploads, and what the ignore
 * files of agents say. Each has patterns of its own, so that nothing that one takes in again comes back from the other. An
 * ignore file of agents stays out itself: who could change it would see next time what it names. Immutable.
 */
public final class Exclusions {
    private final boolean ignoreFiles;
    private final boolean agentFiles;
    private final IgnorePatterns patterns;
    private final IgnorePatterns agents;

    private Exclusions(boolean ignoreFiles, boolean agentFiles, IgnorePatterns patterns, IgnorePatterns agents) {
        this.ignoreFiles = ignoreFiles;
        this.agentFiles = agentFiles;
        this.patterns = patterns;
        this.agents = agents;
    }

    /**
     * What applies before any file was read.
     *
     * @param ignoreFiles whether {@link IgnorePatterns#FILES} count, and {@link IgnorePatterns#DEFAULTS}
     * @param exclude further patterns, which have the last word over those files
     * @param agentFiles whether {@link IgnorePatterns#AGENT_FILES} count
     */
    public static Exclusions of(boolean ignoreFiles, List<String> exclude, boolean agentFiles) {
        return new Exclusions(
                ignoreFiles,
                agentFiles,
                IgnorePatterns.of(ignoreFiles ? IgnorePatterns.DEFAULTS : List.of(), exclude),
                IgnorePatterns.of(List.of(), agentFiles ? IgnorePatterns.AGENT_FILES : List.of()));
    }

    /** The files to be read in each directory, in the order for {@link #with}. */
    public List<String> files() {
        return Stream.concat(
                        ignoreFiles ? IgnorePatterns.FILES.stream() : Stream.of(),
                        agentFiles ? IgnorePatterns.AGENT_FILES.stream() : Stream.of())
                .toList();
    }

    /** Whether a file of such a name is a protection: one that can't be read must not count as empty. */
    public static boolean isProtection(String name) {
        return IgnorePatterns.AGENT_FILES.contains(name);
    }

    /** These, with what one of {@link #files} says; as {@link IgnorePatterns#with}. */
    public Exclusions with(String directory, String name, byte[] lines) {
        return isProtection(name)
                ? new Exclusions(ignoreFiles, agentFiles, patterns, agents.with(directory, name, lines))
                : new Exclusions(ignoreFiles, agentFiles, patterns.with(directory, name, lines), agents);
    }

    /** Why a path of bytes, from the root, stays out, given that no directory above it does; empty if it does not. */
    public Optional<Ignored> ignored(String path, boolean directory) {
        return agents.ignored(path, directory).or(() -> patterns.ignored(path, directory));
    }
}
