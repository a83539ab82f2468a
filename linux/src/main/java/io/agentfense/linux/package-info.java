/**
 * The Linux kernel's interface as Java: system calls, descriptors, mounts, extended attributes, directory streams.
 *
 * <p>This is the only package with {@code java.lang.foreign}, besides the FUSE wire structs. Two styles live here. The
 * hot path calls {@link io.agentfense.linux.Syscall} and its thin wrappers, which return a negated errno and allocate
 * nothing. Everything else throws {@link io.agentfense.linux.LinuxException}.
 *
 * <p>Paths and names are bytes, never {@code java.nio.file.Path}: a name need not be valid in any character set.
 *
 * <p>Only x86-64 is supported; {@link io.agentfense.linux.Syscall} refuses to load elsewhere.
 */
@NullMarked
package io.agentfense.linux;

import org.jspecify.annotations.NullMarked;
