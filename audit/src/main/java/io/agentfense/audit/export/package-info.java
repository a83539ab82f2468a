/** Records in the formats that other programs read. */
@NullMarked
package io.agentfense.audit.export;

import org.jspecify.annotations.NullMarked;
