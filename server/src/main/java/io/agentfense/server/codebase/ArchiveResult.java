package io.agentfense.server.codebase;

/** What an archive brought: regular files, directories and links that it named, and the bytes in its files. */
public record ArchiveResult(String codebaseId, long files, long directories, long links, long bytes) {}
