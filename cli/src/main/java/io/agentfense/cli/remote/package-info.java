/** The commands that work on a server, over its REST. */
@NullMarked
package io.agentfense.cli.remote;

import org.jspecify.annotations.NullMarked;
