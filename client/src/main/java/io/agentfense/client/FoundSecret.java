package io.agentfense.client;

/**
 * A credential in an upload; nothing of it is told but what may be shown.
 *
 * @param path from the codebase's root
 * @param line that it begins in, from 1; 0 for the rule {@code not-fully-scanned}
 * @param rule what it was found by; {@code not-fully-scanned} for a file that was made to cost the scan too much
 * @param masked up to four characters that all of its kind begin with, and stars
 */
public record FoundSecret(String path, long line, String rule, String masked) {}
