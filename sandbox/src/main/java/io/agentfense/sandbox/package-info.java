/**
 * Runs commands isolated from the host: {@link io.agentfense.sandbox.BwrapRuntime} starts a
 * {@link io.agentfense.sandbox.Sandbox} over a directory, and that runs any number of
 * {@link io.agentfense.sandbox.Command}s until it is closed.
 *
 * <p>A start is one spawn: the guest program in its launch mode gives up what the host has (user, groups, descriptors,
 * environment), then becomes bubblewrap, which makes the namespaces and mounts that
 * {@link io.agentfense.sandbox.BwrapArguments} lists, then becomes the guest's init mode as process 1. From there each
 * command costs a packet and two forks inside.
 *
 * <p>A command is awaited by a platform thread, which moves its output meanwhile ({@link io.agentfense.sandbox.Execution});
 * one that nobody awaits has a thread of its own ({@link io.agentfense.sandbox.BackgroundExecution}). A
 * {@link io.agentfense.sandbox.ShellSession} is a shell that keeps its state from script to script.
 *
 * <p>Nothing a sandbox needs on the host outlives its control socket: no directories, and processes end with it.
 */
@NullMarked
package io.agentfense.sandbox;

import org.jspecify.annotations.NullMarked;
