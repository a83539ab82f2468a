/** A sandbox for Spring AI: its tools as callbacks. */
@NullMarked
package io.agentfense.springai;

import org.jspecify.annotations.NullMarked;
