/**
 * What the daemon must not forget: codebases, sandboxes, sessions, users, keys and snapshots, in SQLite or PostgreSQL.
 *
 * <p>A write that has returned is on the disk. Everything here is thread-safe. Failures of the database itself are
 * {@link io.agentfense.server.store.StoreException}; whatever the caller can decide on is a result.
 */
@NullMarked
package io.agentfense.server.store;

import org.jspecify.annotations.NullMarked;
