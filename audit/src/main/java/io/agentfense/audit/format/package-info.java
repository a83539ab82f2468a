/**
 * How a record is written: one line of JSON, with its number and its hash in the chain. SPECIFICATION.md says it exactly.
 *
 * <p>Bytes that are not UTF-8, of a name for instance, are in an event's text what Python's {@code surrogateescape} (PEP
 * 383) makes of them: the byte {@code 0xNN} is the lone surrogate {@code U+DCNN}, and in the line {@code \\udcNN}. So the
 * name can be had back, byte for byte. {@link io.agentfense.audit.format.NameText} turns one into the other.
 */
@NullMarked
package io.agentfense.audit.format;

import org.jspecify.annotations.NullMarked;
