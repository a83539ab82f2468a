/** Which files of a directory hold secrets, as it is and as it changes. */
@NullMarked
package io.agentfense.secret.watch;

import org.jspecify.annotations.NullMarked;
