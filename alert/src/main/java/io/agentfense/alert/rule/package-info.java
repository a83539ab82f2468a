/** What an alert rule is: which events it looks at, what of them is too much, and what follows. */
@NullMarked
package io.agentfense.alert.rule;

import org.jspecify.annotations.NullMarked;
