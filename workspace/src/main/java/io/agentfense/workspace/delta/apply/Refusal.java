package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.Change;

/**
 * A change that may not land, by force either.
 *
 * @param reason why, as a sentence without its full stop
 */
public record Refusal(Change change, String reason) {}
