/** The commands that try alert rules and print the built-in ones. */
@NullMarked
package io.agentfense.cli.alerts;

import org.jspecify.annotations.NullMarked;
