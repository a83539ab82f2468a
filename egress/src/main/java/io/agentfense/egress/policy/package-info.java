/** What may be reached from inside a sandbox: decisions about names, addresses and ports. No I/O. */
@NullMarked
package io.agentfense.egress.policy;

import org.jspecify.annotations.NullMarked;
