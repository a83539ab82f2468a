package io.agentfense.server.sandbox;

import io.agentfense.sandbox.ExecutionResult;
import java.util.Optional;

/**
 * A command that came to its end.
 *
 * @param result what it wrote and how it ended
 * @param notice what the commit after it has to say, if anything
 */
public record Finished(ExecutionResult result, Optional<CommitNotice> notice) {}
