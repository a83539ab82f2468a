@NullMarked
package io.agentfense.workspace;

import org.jspecify.annotations.NullMarked;
