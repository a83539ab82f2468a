/**
 * What proves that a log is whole: a Merkle tree over all records (RFC 9162) and checkpoints of it that are signed, in the
 * formats of C2SP's tlog-checkpoint and signed-note, so that other programs can verify them.
 */
@NullMarked
package io.agentfense.audit.proof;

import org.jspecify.annotations.NullMarked;
