/**
 * Alerts from events. What comes out depends on the events and their times alone, so that a log gives the same alerts when
 * it is read again as it gave when it was written.
 */
@NullMarked
package io.agentfense.alert.evaluate;

import org.jspecify.annotations.NullMarked;
