package io.agentfense.server.codebase;

/**
 * What uploads may bring.
 *
 * @param fileBytes the largest file
 * @param ownerBytes in all codebases of one owner together; 0 for no limit
 */
public record StorageLimits(long fileBytes, long ownerBytes) {}
