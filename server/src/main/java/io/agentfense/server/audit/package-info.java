/** The audit log of the server. */
@NullMarked
package io.agentfense.server.audit;

import org.jspecify.annotations.NullMarked;
