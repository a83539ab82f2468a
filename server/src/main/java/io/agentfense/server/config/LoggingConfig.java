package io.agentfense.server.config;

/** Section {@code logging}. */
public record LoggingConfig(LogLevel level, LogFormat format) {}
