package io.agentfense.server.config;

/** How a message is written. */
public enum LogFormat {
    /** A line for people. */
    TEXT,
    /** A JSON object on a line. */
    JSON
}
