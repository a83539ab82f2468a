/** Rules over audit events, and what is told and done when one is met. */
@NullMarked
package io.agentfense.alert;

import org.jspecify.annotations.NullMarked;
