/** The record of what happened: events in a chain that cannot be changed unseen. */
@NullMarked
package io.agentfense.audit;

import org.jspecify.annotations.NullMarked;
