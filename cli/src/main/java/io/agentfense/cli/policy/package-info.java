/**
 * The commands that ask and check a policy without running anything.
 *
 * <p>Data goes to standard output, all else to standard error. In JSON a path is its text; each byte {@code 0xNN} of it
 * that is not valid UTF-8 is the lone surrogate {@code \}{@code udcNN} (PEP 383), so that Python's {@code os.fsencode} and
 * {@link io.agentfense.policy.PathText#toBytes} give the bytes back.
 */
@NullMarked
package io.agentfense.cli.policy;

import org.jspecify.annotations.NullMarked;
