/** What REST has beside the calls that gRPC has too: content of files, archives, streams of output, terminals. */
@NullMarked
package io.agentfense.server.rest;

import org.jspecify.annotations.NullMarked;
