/** Looks for what was done to a log, with nothing but its directory. */
@NullMarked
package io.agentfense.audit.verify;

import org.jspecify.annotations.NullMarked;
