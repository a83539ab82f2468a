/** What alerts do by themselves. */
@NullMarked
package io.agentfense.alert.action;

import org.jspecify.annotations.NullMarked;
