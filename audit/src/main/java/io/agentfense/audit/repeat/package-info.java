/** Keeps a flood of the same events from being a flood of records. */
@NullMarked
package io.agentfense.audit.repeat;

import org.jspecify.annotations.NullMarked;
