/** What tests of several modules share. */
@NullMarked
package io.agentfense.testing;

import org.jspecify.annotations.NullMarked;
