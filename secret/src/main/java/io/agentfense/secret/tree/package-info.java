/** A scan of directories and files. */
@NullMarked
package io.agentfense.secret.tree;

import org.jspecify.annotations.NullMarked;
