/** Reports of incidents: everything there is to know of one sandbox in one archive. Knows nothing of the network. */
@NullMarked
package io.agentfense.server.incident;

import org.jspecify.annotations.NullMarked;
