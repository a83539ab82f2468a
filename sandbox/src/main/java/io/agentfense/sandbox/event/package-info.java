/** What happens in a sandbox that somebody outside should hear of. */
@NullMarked
package io.agentfense.sandbox.event;

import org.jspecify.annotations.NullMarked;
