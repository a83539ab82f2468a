package io.agentfense.server.codebase;

import io.agentfense.server.config.SentSecrets;

/**
 * What uploads may bring.
 *
 * @param fileBytes the largest file
 * @param ownerBytes in all codebases of one owner together; 0 for no limit
 * @param secrets what is done about credentials
 */
public record StorageLimits(long fileBytes, long ownerBytes, SentSecrets secrets) {}
