package io.agentfense.sandbox.guarded;

import io.agentfense.policy.Level;

/**
 * Something of a codebase with which a level can be tried.
 *
 * @param level that the rules give it
 * @param path below the codebase's directory, without a leading slash
 */
record Specimen(Level level, String path) {}
