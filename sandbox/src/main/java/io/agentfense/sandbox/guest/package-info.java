/**
 * What the host and the guest, process 1 of a sandbox, say to each other; the counterpart of {@code guest/src/protocol.h}.
 *
 * <p>The guest stands on the untrusted side. Whatever it sends is taken for what it may be at most: every packet has its
 * exact size and known values, a descriptor is what it claims to be, and anything else is a
 * {@link io.agentfense.sandbox.guest.ProtocolException}, which ends the sandbox.
 */
@NullMarked
package io.agentfense.sandbox.guest;

import org.jspecify.annotations.NullMarked;
