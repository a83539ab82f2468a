/**
 * The files of a running sandbox as its own programs see them: {@link io.agentfense.sandbox.files.SandboxFiles}.
 *
 * <p>Each operation is a run of the guest program in the sandbox (guest/src/files.c), as the sandbox's user, so it needs
 * no shell and no other program there, and can do what a command there could and nothing more. What it answers is read
 * as the word of a hostile program.
 */
@NullMarked
package io.agentfense.sandbox.files;

import org.jspecify.annotations.NullMarked;
