@NullMarked
package io.agentfense.policy;

import org.jspecify.annotations.NullMarked;
