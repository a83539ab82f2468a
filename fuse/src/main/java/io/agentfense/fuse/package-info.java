@NullMarked
package io.agentfense.fuse;

import org.jspecify.annotations.NullMarked;
