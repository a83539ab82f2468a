/**
 * Lands a delta's changes in the codebase: all of a selection or nothing, across crashes.
 *
 * <p>The order of things, each on the disk before the next begins:
 *
 * <ol>
 *   <li>{@code staging} in the delta names a directory in the codebase's root;
 *   <li>that directory, of mode 0700, takes a copy of every file to come;
 *   <li>{@code journal} in the delta lists the steps: from here on the changes will land;
 *   <li>the steps, each a rename that can be told from the disk to have been taken or not;
 *   <li>{@code landed} in the delta; then the delta forgets what landed, and staging and journal go.
 * </ol>
 *
 * <p>A step that meets a base that changed under it writes {@code rollback} and all steps are taken back. What a step
 * moves out of the codebase is kept in the staging directory until the end. A file is exchanged with its successor in one
 * system call, and only then is it looked at whether the one that came out is the one that was compared: so a change made
 * up to that moment is noticed and put back. What is left is a program that holds the old file open and writes to it
 * later: its writes go to a file that has no name any more.
 *
 * <p>The codebase's filesystem must know {@code RENAME_EXCHANGE} and {@code RENAME_NOREPLACE}, as ext4, XFS, Btrfs, tmpfs
 * and overlayfs do.
 */
@NullMarked
package io.agentfense.workspace.delta.apply;

import org.jspecify.annotations.NullMarked;
