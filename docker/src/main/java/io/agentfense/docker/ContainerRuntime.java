package io.agentfense.docker;

import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.StartException;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Starts sandboxes in containers of an engine on this host. It needs root: an engine can't look into workspaces that an
 * ordinary user has mounted. Thread-safe; sandboxes are closed before it.
 */
public final class ContainerRuntime implements AutoCloseable {
    private final Engine engine;
    private final SharedFiles files;
    private final Images images;
    private final Accounts accounts;

    private ContainerRuntime(Engine engine, SharedFiles files, Images images, Accounts accounts) {
        this.engine = engine;
        this.files = files;
        this.images = images;
        this.accounts = accounts;
    }

    /**
     * One over an engine, which need not run yet and stays the caller's.
     *
     * @param mounts where files that containers show may be kept
     * @param pulls whether images that are not on this host are fetched
     * @throws IOException if this process is not root, or the guest program is missing
     */
    public static ContainerRuntime over(Engine engine, LiveMounts mounts, boolean pulls) throws IOException {
        return new ContainerRuntime(engine, SharedFiles.make(mounts), new Images(engine, pulls), new Accounts(engine));
    }

    /**
     * What starts sandboxes of one image.
     *
     * @param progress is told what a start waits for, in words, as long as an image is pulled
     */
    public SandboxRuntime of(ContainerSpec container, Consumer<String> progress) {
        return new ImageRuntime(engine, files, images, accounts, container, progress);
    }

    /**
     * Makes sure that there is an engine, and that it has a program to start processes with.
     *
     * @param ociRuntime the program's name; empty for the engine's default
     * @throws EngineException if there is no engine
     * @throws StartException if it has no such program
     */
    public void check(String ociRuntime) throws IOException {
        if (ociRuntime.isEmpty()) {
            engine.check();
            return;
        }
        Map<String, ?> known = engine.info().getRuntimes();
        if (known == null || !known.containsKey(ociRuntime)) {
            throw new StartException("the Docker Engine has no runtime " + ociRuntime + "; it has "
                    + (known == null ? "none" : String.join(", ", known.keySet())));
        }
    }

    /**
     * Makes sure that containers may have root: on an engine that maps users, so that it is nobody on this host.
     *
     * @throws EngineException if there is no engine
     * @throws StartException if it maps none, with what to do
     */
    public void checkRoot() throws IOException {
        MappedRoot.of(engine.info());
    }

    /**
     * Removes all containers with these labels, those that run too: what an earlier process left.
     *
     * @return how many there were
     */
    public int removeAll(Map<String, String> labels) throws IOException {
        return Container.removeAll(engine, labels);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
