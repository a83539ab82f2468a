/** The rules: what credentials look like. */
@NullMarked
package io.agentfense.secret.rule;

import org.jspecify.annotations.NullMarked;
