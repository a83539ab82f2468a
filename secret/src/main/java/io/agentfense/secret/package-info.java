/** Finds credentials in content. {@link io.agentfense.secret.Scanner} is where to begin. */
@NullMarked
package io.agentfense.secret;

import org.jspecify.annotations.NullMarked;
