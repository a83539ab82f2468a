/** Sends the steps of calls to a collector, as OpenTelemetry's spans. */
@NullMarked
package io.agentfense.server.telemetry;

import org.jspecify.annotations.NullMarked;
