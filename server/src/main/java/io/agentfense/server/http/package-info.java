/**
 * What the server is over plain HTTP: JSON beside gRPC, errors as {@code {code, message, details}}, health, metrics,
 * documentation, and the streams that REST has no call for. Decides nothing: the services behind do.
 */
@NullMarked
package io.agentfense.server.http;

import org.jspecify.annotations.NullMarked;
