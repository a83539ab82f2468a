/** Sends the records of a log to receivers elsewhere: each at least once, in order, and what is missing is told. */
@NullMarked
package io.agentfense.audit.forward;

import org.jspecify.annotations.NullMarked;
