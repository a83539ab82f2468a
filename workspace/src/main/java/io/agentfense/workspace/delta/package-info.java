/**
 * What a sandbox wrote, on disk: deltas, the frozen layers below them, and how they differ from the codebase.
 *
 * <p>The state root holds {@code deltas/ID/} and {@code layers/ID/}. A delta's {@code upper} is laid out as an overlayfs
 * upper directory: files as they are, deletions as character devices 0/0, opaque directories by an extended attribute. A
 * layer is an upper that was frozen; deltas name the layers below them, topmost first, in their {@code meta.json}.
 *
 * <p>Locks, outermost first: a delta's own ({@code deltas/ID/lock}, held while it is mounted or worked on), then the
 * store's ({@code lock}, held for moments, while the set of deltas and layers changes). Both are {@code flock}s, so a
 * crash releases them.
 *
 * <p>Paths are bytes and are only ever opened beneath a directory, never through a link.
 */
@NullMarked
package io.agentfense.workspace.delta;

import org.jspecify.annotations.NullMarked;
