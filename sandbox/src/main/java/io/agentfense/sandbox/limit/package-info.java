/**
 * Notices when sandboxes reach their limits: {@link io.agentfense.sandbox.limit.LimitWatch} reads the counters of all of
 * them, {@link io.agentfense.sandbox.limit.LimitReports} tells of each kind now and then and drops none. A quota of processor
 * time that is used up is more than news: {@link io.agentfense.sandbox.limit.ProcessorPacking} says where who does so runs.
 */
@NullMarked
package io.agentfense.sandbox.limit;

import org.jspecify.annotations.NullMarked;
