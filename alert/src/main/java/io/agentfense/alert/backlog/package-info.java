/** What waits for somebody slow, so that nobody else has to. */
@NullMarked
package io.agentfense.alert.backlog;

import org.jspecify.annotations.NullMarked;
