/**
 * Sandboxes of an AgentFense server, from Java. {@link Sandbox} is where to begin. Calls block, which suits virtual threads;
 * failures are of the sealed {@link SandboxException}.
 */
@NullMarked
package io.agentfense.client;

import org.jspecify.annotations.NullMarked;
