package io.agentfense.server.codebase;

/** Hears that files of a codebase changed, after they did, so that running sandboxes can look anew. */
@FunctionalInterface
public interface CodebaseChanged {
    /** Called on the thread that changed something; must not throw, and must not wait long. */
    void changed(String codebaseId);
}
