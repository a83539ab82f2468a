/** Content as a scan looks at it: a byte is a character, whatever the encoding. */
@NullMarked
package io.agentfense.secret.text;

import org.jspecify.annotations.NullMarked;
