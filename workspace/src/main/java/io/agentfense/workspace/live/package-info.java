/**
 * A delta and the workspace that is mounted on it, together: what can be done with the one while programs run in the
 * other.
 *
 * <p>Each operation stops the workspace for a moment ({@link io.agentfense.workspace.Standstill}), changes the delta by
 * steps that leave it whole after a crash at any of them, has the mounts find their files again, and lets programs go on.
 * Locks, outermost first: the {@link io.agentfense.workspace.live.LiveDelta}, the codebase's lock, the standstill, the
 * store's lock.
 */
@NullMarked
package io.agentfense.workspace.live;

import org.jspecify.annotations.NullMarked;
