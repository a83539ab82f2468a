@NullMarked
package io.agentfense.cli;

import org.jspecify.annotations.NullMarked;
