/** The section {@code alerts} of a configuration: SPECIFICATION.md, "Alerts", has its keys. */
@NullMarked
package io.agentfense.alert.text;

import org.jspecify.annotations.NullMarked;
