/**
 * What of a sandbox's network leads out of it. A sandbox's network namespace has no way out; what a policy allows goes
 * through sockets that this process holds inside.
 */
@NullMarked
package io.agentfense.egress;

import org.jspecify.annotations.NullMarked;
