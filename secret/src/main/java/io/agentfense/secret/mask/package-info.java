/**
 * Content with placeholders where secrets are, and the way back.
 *
 * <p>{@link io.agentfense.secret.mask.Masking} puts a {@link io.agentfense.secret.mask.Placeholder} in the place of each value
 * that the scanner finds, and of each that a name in a configuration file says is secret
 * ({@link io.agentfense.secret.mask.NamedValues}). What it can't mask with certainty it refuses.
 */
@NullMarked
package io.agentfense.secret.mask;

import org.jspecify.annotations.NullMarked;
