/**
 * Sandboxes as the server keeps them: their records, their lives from creation to destruction, and the commands and
 * sessions in them. Knows nothing of gRPC, HTTP, or who calls.
 */
@NullMarked
package io.agentfense.server.sandbox;

import org.jspecify.annotations.NullMarked;
