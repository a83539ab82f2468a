package io.agentfense.server.config;

/**
 * One key as {@code --print-config} shows it.
 *
 * @param key with its sections: {@code runtime.docker.host}
 * @param value as it can be written in a file, secrets replaced by asterisks
 * @param reloadable whether a running server takes a new value
 */
public record Setting(String key, String value, Origin origin, boolean reloadable, String description) {}
