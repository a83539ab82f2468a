package io.agentfense.server.store;

import java.util.List;
import java.util.Optional;

/**
 * A part of a listing.
 *
 * @param nextToken asks for the next part; empty if this is the last
 */
public record Page<T>(List<T> items, Optional<String> nextToken) {}
