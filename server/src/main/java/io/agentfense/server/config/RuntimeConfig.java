package io.agentfense.server.config;

import io.agentfense.server.store.RuntimeKind;
import java.time.Duration;

/**
 * Section {@code runtime}.
 *
 * @param type what a request that names none gets
 * @param bwrapPath the program; looked up in PATH if it has no slash
 * @param defaultTimeout of a command that names none
 * @param maxTimeout the longest that a command may ask for
 * @param outputBytes how much of each of a command's outputs an answer holds
 */
public record RuntimeConfig(
        RuntimeKind type,
        String bwrapPath,
        Duration defaultTimeout,
        Duration maxTimeout,
        long outputBytes,
        DockerConfig docker) {}
