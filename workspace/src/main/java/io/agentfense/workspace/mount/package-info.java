/** Which workspaces are mounted on this machine, and by whom, so that what a killed process left can be cleared. */
@NullMarked
package io.agentfense.workspace.mount;

import org.jspecify.annotations.NullMarked;
