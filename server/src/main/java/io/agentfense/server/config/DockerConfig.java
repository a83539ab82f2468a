package io.agentfense.server.config;

import java.util.List;

/**
 * Section {@code runtime.docker}.
 *
 * @param host where the daemon listens; empty for Docker's own default
 * @param defaultImage of a request that names none
 * @param allowedImages what may be asked for, with {@code *} for anything; empty for all
 * @param pull what is done about an image that is not on this host
 * @param ociRuntime what starts the processes of containers, by the engine's name for it; empty for its default
 * @param readOnlyRoot whether files of images can't be changed in containers
 * @param networkMode of containers if they may have a network at all
 * @param enableNetworking whether they may; without it they have none, whatever the mode says
 * @param allowRoot whether sandboxes may ask for root in them
 */
public record DockerConfig(
        String host,
        String defaultImage,
        List<String> allowedImages,
        ImagePull pull,
        String ociRuntime,
        boolean readOnlyRoot,
        String networkMode,
        boolean enableNetworking,
        boolean allowRoot) {}
