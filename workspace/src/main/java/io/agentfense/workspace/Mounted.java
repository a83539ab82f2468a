package io.agentfense.workspace;

/** A workspace that is mounted: itself, or as part of more, which ends it. */
public interface Mounted extends AutoCloseable {
    /** The workspace. */
    Workspace workspace();

    /** Unmounts it. */
    @Override
    void close();
}
