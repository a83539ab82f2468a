/** The description of REST that {@code /openapi.json} serves, made of the protocol buffers and the comments in them. */
@NullMarked
package io.agentfense.server.openapi;

import org.jspecify.annotations.NullMarked;
