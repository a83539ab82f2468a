package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import java.util.Map;

/** An upper that was frozen: never written again, shared by the deltas that name it. Thread-safe. */
public final class FrozenLayer implements AutoCloseable {
    private final String id;
    private final StateDirectory directory;
    private final StateDirectory upper;

    private FrozenLayer(String id, StateDirectory directory, StateDirectory upper) {
        this.id = id;
        this.directory = directory;
        this.upper = upper;
    }

    static FrozenLayer open(StateDirectory layers, String id) throws LinuxException {
        StateDirectory directory = layers.open(id);
        try {
            return new FrozenLayer(id, directory, directory.open(Delta.UPPER));
        } catch (LinuxException e) {
            directory.close();
            throw e;
        }
    }

    /** The name that metas have for it. */
    public String id() {
        return id;
    }

    /** The root of its tree: a descriptor opened for reading, valid until {@link #close}. */
    public int root() {
        return upper.fd();
    }

    void loadOrigins(Map<BytePath, Identity> origins) throws LinuxException {
        OriginLog.load(directory.fd(), Delta.ORIGINS, origins);
    }

    @Override
    public void close() {
        upper.close();
        directory.close();
    }
}
