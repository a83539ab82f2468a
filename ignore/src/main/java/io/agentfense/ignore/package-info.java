/** What the patterns of ignore files leave out, by git's rules. */
@NullMarked
package io.agentfense.ignore;

import org.jspecify.annotations.NullMarked;
