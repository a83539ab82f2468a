/** {@code agentfense scan}: secrets in files. */
@NullMarked
package io.agentfense.cli.scan;

import org.jspecify.annotations.NullMarked;
