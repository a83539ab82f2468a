/**
 * Limits on memory, processor time and the number of processes, and where processes run, by control groups of either
 * version.
 *
 * <p>{@link io.agentfense.linux.cgroup.Cgroups} finds what the machine mounts and makes a group below this process's
 * own, so that limits set on us keep holding; {@link io.agentfense.linux.cgroup.CgroupV1} and
 * {@link io.agentfense.linux.cgroup.CgroupV2} are the two forms of it. A limit that can't be set is an error that says
 * why; it is never left out.
 */
@NullMarked
package io.agentfense.linux.cgroup;

import org.jspecify.annotations.NullMarked;
