/** The daemon's composition root: reads its configuration, puts the parts together, serves until it is told to stop. */
@NullMarked
package io.agentfense.server;

import org.jspecify.annotations.NullMarked;
