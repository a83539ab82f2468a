package io.agentfense.server.codebase;

/**
 * What an archive brought: regular files, directories and links that it named, the bytes in its files, and credentials in
 * them.
 */
public record ArchiveResult(
        String codebaseId, long files, long directories, long links, long bytes, UploadedSecrets secrets) {}
