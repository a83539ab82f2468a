/** What can be said of a string that is thought to be a secret: whether its checksum fits, whether anybody made it up. */
@NullMarked
package io.agentfense.secret.check;

import org.jspecify.annotations.NullMarked;
