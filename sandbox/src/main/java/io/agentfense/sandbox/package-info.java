@NullMarked
package io.agentfense.sandbox;

import org.jspecify.annotations.NullMarked;
