/** What it takes to send something elsewhere: secrets that lie in files, trust, and signatures. */
@NullMarked
package io.agentfense.audit.outbound;

import org.jspecify.annotations.NullMarked;
