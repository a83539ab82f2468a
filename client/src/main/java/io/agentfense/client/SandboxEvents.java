package io.agentfense.client;

import java.util.List;

/**
 * What a sandbox ran into.
 *
 * @param events the latest that are kept, by their times
 * @param dropped how many earlier ones are not kept any more
 */
public record SandboxEvents(List<SandboxEvent> events, long dropped) {}
