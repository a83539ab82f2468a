package io.agentfense.client;

/** What an uploaded directory had. */
public record UploadResult(long files, long directories, long links, long bytes) {}
