/**
 * Decides what a path may be: nothing, seen, read or written.
 *
 * <p>A {@link io.agentfense.policy.Policy} compiles {@link io.agentfense.policy.Rule}s once and then answers by
 * automaton. There are two, one inside the other:
 *
 * <ol>
 *   <li>The <em>name automaton</em> reads one name and says which of the policy's segments ({@code *.key}, {@code src})
 *       it matches: its {@link io.agentfense.policy.NameClass}. It is a deterministic automaton over character classes,
 *       built as names arrive.
 *   <li>The <em>path automaton</em> goes from a directory's {@link io.agentfense.policy.PathState} by a name's class to
 *       the child's state. It too is built as paths arrive.
 * </ol>
 *
 * <p>Both are kept within one memory budget: what is over it is forgotten and learnt again when needed, so the worst
 * policy costs time, never memory and never a wrong answer. A step that was learnt takes no lock and allocates nothing;
 * learning takes the automaton's only lock.
 *
 * <p>The module does no I/O and depends on nothing.
 */
@NullMarked
package io.agentfense.policy;

import org.jspecify.annotations.NullMarked;
