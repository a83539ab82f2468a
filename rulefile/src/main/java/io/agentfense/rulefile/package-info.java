@NullMarked
package io.agentfense.rulefile;

import org.jspecify.annotations.NullMarked;
