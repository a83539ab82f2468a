/** What alerts a log of the past gives. */
@NullMarked
package io.agentfense.alert.replay;

import org.jspecify.annotations.NullMarked;
