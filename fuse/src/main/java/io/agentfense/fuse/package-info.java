/**
 * The kernel's FUSE protocol, spoken directly on {@code /dev/fuse}: no libfuse, no native library.
 *
 * <p>A {@link io.agentfense.fuse.Session} owns the device of one mount and its worker threads. A {@code Worker} reads
 * one request, the {@code Dispatcher} checks its length against the {@link io.agentfense.fuse.Opcode} table, decodes it
 * and calls one method of the {@link io.agentfense.fuse.FileSystem}, which fills the {@link io.agentfense.fuse.Reply}.
 * A request costs two system calls and allocates nothing. {@link io.agentfense.fuse.Notifier} speaks the other way:
 * it tells the kernel to forget what stopped being true.
 *
 * <p>Nothing in here knows of policies, layers or paths: nodes are numbers, names are bytes.
 *
 * <p>Source of every layout and number: {@code include/uapi/linux/fuse.h} of Linux 6.18, protocol 7.45.
 */
@NullMarked
package io.agentfense.fuse;

import org.jspecify.annotations.NullMarked;
