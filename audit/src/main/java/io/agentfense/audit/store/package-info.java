/**
 * The directory of a log:
 *
 * <pre>
 * audit-NNNNNNNNNNNNNNNN.jsonl       records from number N on; the last of them is written to
 * audit-NNNNNNNNNNNNNNNN.jsonl.gz    the same, closed and compressed
 * audit-NNNNNNNNNNNNNNNN.checkpoint  a checkpoint at the end of that file
 * checkpoint                         the latest checkpoint
 * signing.key, signing.pub           what signs checkpoints, and what verifies them
 * torn-NNNNNNNNNNNNNNNN              what a crash left behind record N - 1, cut off when the log went on
 * </pre>
 */
@NullMarked
package io.agentfense.audit.store;

import org.jspecify.annotations.NullMarked;
