/** A sandbox with its guarded workspace: host user, mount point, workspace and processes as one thing that closes whole. */
@NullMarked
package io.agentfense.sandbox.guarded;

import org.jspecify.annotations.NullMarked;
