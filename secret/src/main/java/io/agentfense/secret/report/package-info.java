/** What was found, for machines: SARIF, JSON and the baseline. */
@NullMarked
package io.agentfense.secret.report;

import org.jspecify.annotations.NullMarked;
