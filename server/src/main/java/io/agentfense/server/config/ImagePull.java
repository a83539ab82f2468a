package io.agentfense.server.config;

/** What is done about an image that is not on this host. */
public enum ImagePull {
    /** It is fetched from its registry. */
    MISSING,
    /** A sandbox that wants it is refused. */
    NEVER
}
