package io.agentfense.server.sandbox;

import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.event.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A command that came to its end.
 *
 * @param result what it wrote and how it ended
 * @param limits what it ran into
 * @param notice what the commit after it has to say, if anything
 * @param warnings what else its caller should know
 */
public record Finished(
        ExecutionResult result, Set<Resource> limits, Optional<CommitNotice> notice, List<String> warnings) {}
