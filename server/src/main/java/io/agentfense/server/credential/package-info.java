/** Secrets that sandboxes use without seeing them: kept sealed, given to nobody but the proxy. */
@NullMarked
package io.agentfense.server.credential;

import org.jspecify.annotations.NullMarked;
