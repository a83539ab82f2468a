/**
 * Sandboxes in containers: {@link io.agentfense.docker.Engine} reaches a Docker Engine, and
 * {@link io.agentfense.docker.ContainerRuntime} starts sandboxes of an image in it. The guest agent is process 1 of each
 * container, so commands, shells and terminals go the same way as under bubblewrap, past the engine.
 */
@NullMarked
package io.agentfense.docker;

import org.jspecify.annotations.NullMarked;
