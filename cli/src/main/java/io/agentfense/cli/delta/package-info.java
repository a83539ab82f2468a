/** The commands that show, land and drop what a run changed. */
@NullMarked
package io.agentfense.cli.delta;

import org.jspecify.annotations.NullMarked;
