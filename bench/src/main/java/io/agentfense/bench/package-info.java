/** Programs that {@code bench/} times from the inside. */
@NullMarked
package io.agentfense.bench;

import org.jspecify.annotations.NullMarked;
