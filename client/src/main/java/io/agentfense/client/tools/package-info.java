/** The tools that coding agents know, in a sandbox; for whatever framework calls them. */
@NullMarked
package io.agentfense.client.tools;

import org.jspecify.annotations.NullMarked;
