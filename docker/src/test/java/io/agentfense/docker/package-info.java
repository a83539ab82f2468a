/** Containers of a real engine, which the tests start for themselves. */
package io.agentfense.docker;
