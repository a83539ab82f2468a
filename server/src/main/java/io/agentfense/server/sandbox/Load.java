package io.agentfense.server.sandbox;

import io.agentfense.workspace.DescriptorUse;
import io.agentfense.workspace.KernelRequests;
import java.util.Map;

/**
 * What all running sandboxes have together.
 *
 * @param running how many there are
 * @param deltaBytes what they have written and not committed
 * @param denials how often rules refused something, since the server began, in those that have ended too
 * @param requests the requests of the kernel that were answered for them, likewise, by opcode
 * @param descriptors how often descriptors of their files were used again and opened, likewise
 */
public record Load(
        int running, long deltaBytes, long denials, Map<String, KernelRequests> requests, DescriptorUse descriptors) {}
