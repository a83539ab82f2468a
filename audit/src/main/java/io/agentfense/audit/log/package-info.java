/** Writes a log: many threads append, one thread writes, and nothing that was acknowledged is lost. */
@NullMarked
package io.agentfense.audit.log;

import org.jspecify.annotations.NullMarked;
