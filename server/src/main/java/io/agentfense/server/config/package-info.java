/**
 * The daemon's configuration: records of what was set, the table of keys, and the loader that fills the records from
 * flags, environment, file and defaults, and remembers where each value came from.
 */
@NullMarked
package io.agentfense.server.config;

import org.jspecify.annotations.NullMarked;
