package io.agentfense.client;

import java.time.Duration;

/**
 * What a sandbox uses now.
 *
 * @param memoryBytes 0 where the server's machine does not count
 * @param deltaBytes what is written and not committed
 */
public record Usage(Duration cpuTime, long memoryBytes, long memoryPeakBytes, int processes, long deltaBytes) {}
