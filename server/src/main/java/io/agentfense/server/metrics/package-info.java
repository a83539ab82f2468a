/**
 * What the server counts of itself, for Prometheus: one class has all names, and hears from the services what there is to
 * count. No label has a value that grows with use: no id, no path, no user.
 */
@NullMarked
package io.agentfense.server.metrics;

import org.jspecify.annotations.NullMarked;
