/**
 * Who calls, what that caller may do, and how much of it: credentials, roles, blocked users, rates and quotas.
 */
@NullMarked
package io.agentfense.server.access;

import org.jspecify.annotations.NullMarked;
