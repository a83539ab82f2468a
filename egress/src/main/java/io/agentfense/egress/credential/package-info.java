/** Secrets that requests from inside get on their way out, and what it takes to open TLS for that. */
@NullMarked
package io.agentfense.egress.credential;

import org.jspecify.annotations.NullMarked;
