/** What this machine offers to sandboxes, and what a running server keeps. */
@NullMarked
package io.agentfense.cli.doctor;

import org.jspecify.annotations.NullMarked;
