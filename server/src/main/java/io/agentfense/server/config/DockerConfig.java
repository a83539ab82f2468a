package io.agentfense.server.config;

/**
 * Section {@code runtime.docker}.
 *
 * @param host where the daemon listens; empty for Docker's own default
 * @param defaultImage of a request that names none
 * @param networkMode of containers if they may have a network at all
 * @param enableNetworking whether they may; without it they have none, whatever the mode says
 */
public record DockerConfig(String host, String defaultImage, String networkMode, boolean enableNetworking) {}
