package io.agentfense.server.config;

/** The least important messages that are written. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR,
    /** Only what ends the server. */
    FATAL
}
