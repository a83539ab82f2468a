/** The words in which the server's parts tell the steps of a call, to whoever shows them. Depends on nothing. */
@NullMarked
package io.agentfense.server.trace;

import org.jspecify.annotations.NullMarked;
