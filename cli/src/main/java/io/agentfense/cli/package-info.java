/** The {@code agentfense} command: one class a subcommand. Data goes to standard output, all else to standard error. */
@NullMarked
package io.agentfense.cli;

import org.jspecify.annotations.NullMarked;
