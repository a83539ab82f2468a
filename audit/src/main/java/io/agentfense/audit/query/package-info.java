/** Reads logs, also while they are written to: what happened, to whom, when, and what happens now. */
@NullMarked
package io.agentfense.audit.query;

import org.jspecify.annotations.NullMarked;
