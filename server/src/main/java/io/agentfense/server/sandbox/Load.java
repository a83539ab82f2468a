package io.agentfense.server.sandbox;

/**
 * What all running sandboxes have together.
 *
 * @param running how many there are
 * @param deltaBytes what they have written and not committed
 * @param denials how often rules refused something, since the server began, in those that have ended too
 */
public record Load(int running, long deltaBytes, long denials) {}
