/**
 * The protocol buffers' services over the server's own: each call is checked for who may make it, turned into a request of
 * ours, and its answer turned back. Decides nothing else.
 */
@NullMarked
package io.agentfense.server.rpc;

import org.jspecify.annotations.NullMarked;
