/**
 * Rules and expectations as people write them: YAML and JSON files, and the command line's {@code PATTERN=LEVEL}.
 *
 * <p>Readers are strict: an unknown or repeated key, a second document, an alias or a byte that is not UTF-8 is an error,
 * and each error names file, line and column. They read what they are given and open nothing themselves.
 */
@NullMarked
package io.agentfense.rulefile;

import org.jspecify.annotations.NullMarked;
