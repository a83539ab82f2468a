/** The commands that read and verify an audit log, offline: they need its directory and no server. */
@NullMarked
package io.agentfense.cli.audit;

import org.jspecify.annotations.NullMarked;
