/**
 * Codebases and their files as they lie on the server, without any sandbox's rules.
 *
 * <p>Every file is reached beneath its codebase's root by descriptor, never through a symbolic link; names are bytes.
 */
@NullMarked
package io.agentfense.server.codebase;

import org.jspecify.annotations.NullMarked;
