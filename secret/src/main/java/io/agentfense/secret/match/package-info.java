/** Many literals at once, and those that lie where a secret may begin. */
@NullMarked
package io.agentfense.secret.match;

import org.jspecify.annotations.NullMarked;
