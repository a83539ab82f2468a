/** Alerts of the server: fed by its audit log, and acting on its sandboxes and users. */
@NullMarked
package io.agentfense.server.alert;

import org.jspecify.annotations.NullMarked;
