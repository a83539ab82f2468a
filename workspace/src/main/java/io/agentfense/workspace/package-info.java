/**
 * The guarded workspace: layers as one tree, and the policy in front of it.
 *
 * <p>{@link io.agentfense.workspace.Workspace} is the way in. Inside, a request takes one path: {@code
 * GuardedFileSystem} hands it to the operations of its kind; these ask {@code View} for nodes and {@code Access} for
 * leave; {@code Tree} finds and opens files beneath the layers; {@code CopyUp}, {@code Removal} and {@code Renaming}
 * change the top layer. {@code BaseWatch} makes the kernel forget what others change in the base.
 *
 * <p>Locks, outermost first: the monitors of directories (two of them by id), the monitor of a file, the lock of
 * {@code CopyUp} for directories. No lock is held while the kernel is notified.
 */
@NullMarked
package io.agentfense.workspace;

import org.jspecify.annotations.NullMarked;
