package io.agentfense.server.sandbox;

import io.agentfense.docker.ContainerRuntime;
import io.agentfense.docker.ContainerSpec;
import io.agentfense.docker.Engine;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.StartException;
import io.agentfense.server.config.DockerConfig;
import io.agentfense.server.config.ImagePull;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This server's containers. The engine is looked for when one is wanted, and may come and go while the server runs; the
 * first time that it is there, containers that an earlier server left are removed. Thread-safe.
 */
public final class Containers implements AutoCloseable {
    /** The label of every container of ours, with whose it is: servers of other state may share an engine. */
    static final String SERVER_LABEL = "io.agentfense.server";

    /** The label with the sandbox's id. */
    static final String SANDBOX_LABEL = "io.agentfense.sandbox";

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

    private final LiveMounts mounts;
    private final Supplier<DockerConfig> config;
    private @Nullable Engine engine;
    private @Nullable ContainerRuntime runtime;
    private boolean cleared;

    /**
     * Those of one server.
     *
     * @param mounts whose directory also tells this server from others
     */
    public Containers(LiveMounts mounts, Supplier<DockerConfig> config) {
        this.mounts = mounts;
        this.config = config;
    }

    private Map<String, String> ours() {
        return Map.of(SERVER_LABEL, mounts.directory().toString());
    }

    private Map<String, String> labels(String sandboxId) {
        Map<String, String> labels = new HashMap<>(ours());
        labels.put(SANDBOX_LABEL, sandboxId);
        return labels;
    }

    /**
     * Makes sure that containers can be started.
     *
     * @throws IOException if there is no engine, or this server may not use it, with what to do
     */
    void check() throws IOException {
        ready().check(config.get().ociRuntime());
        clearLeft();
    }

    private synchronized ContainerRuntime ready() throws IOException {
        ContainerRuntime made = runtime;
        if (made == null) {
            DockerConfig docker = config.get();
            made = ContainerRuntime.over(reached(), mounts, docker.pull() == ImagePull.MISSING);
            runtime = made;
        }
        return made;
    }

    private synchronized Engine reached() throws StartException {
        Engine known = engine;
        if (known == null) {
            try {
                known = Engine.at(config.get().host());
            } catch (IllegalArgumentException e) {
                throw new StartException("runtime.docker.host: " + e.getMessage(), e);
            }
            engine = known;
        }
        return known;
    }

    /** Removes what an earlier server left, as long as an engine is there; it runs nothing of this one's before that. */
    public void clear() {
        try {
            reached().check();
        } catch (IOException e) {
            LOG.debug("this server has no containers", e);
            return;
        }
        try {
            clearLeft();
        } catch (IOException e) {
            LOG.warn("what an earlier server left is not removed; the start of the next container tries it again", e);
        }
    }

    private synchronized void clearLeft() throws IOException {
        if (!cleared) {
            int left = ready().removeAll(ours());
            cleared = true;
            if (left > 0) {
                LOG.warn("removed {} containers that an earlier server left", left);
            }
        }
    }

    /**
     * Makes sure that containers may have root.
     *
     * @throws StartException if the configuration or the engine gives none, with what to do
     * @throws IOException if there is no engine
     */
    void checkRoot() throws IOException {
        if (!config.get().allowRoot()) {
            throw new StartException(
                    "this server gives containers no root; its operator can set runtime.docker.allow_root"
                            + " to true");
        }
        ready().checkRoot();
    }

    /**
     * What starts one sandbox.
     *
     * @param network the engine's network for it
     * @param progress is told what the start waits for
     */
    SandboxRuntime of(SandboxRecord record, String network, Consumer<String> progress) throws IOException {
        check();
        if (record.root()) {
            checkRoot();
        }
        DockerConfig docker = config.get();
        ContainerSpec spec = ContainerSpec.of(record.image())
                .withNetwork(network)
                .withReadOnlyRoot(docker.readOnlyRoot())
                .withOciRuntime(docker.ociRuntime())
                .withRoot(record.root())
                .withLabels(labels(record.id()));
        return ready().of(spec, progress);
    }

    /** Whether an image may be asked for. */
    boolean allows(String image) {
        return config.get().allowedImages().isEmpty()
                || config.get().allowedImages().stream().anyMatch(pattern -> matches(pattern, image));
    }

    private static boolean matches(String pattern, String image) {
        return image.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    @Override
    public synchronized void close() throws IOException {
        try (Engine _ = engine;
                ContainerRuntime _ = runtime) {
            runtime = null;
            engine = null;
        }
    }
}
