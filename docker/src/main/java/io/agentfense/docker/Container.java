package io.agentfense.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import io.agentfense.sandbox.Enclosure;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A container that is made. Thread-safe.
 *
 * @param id the engine's name for it
 * @param network of the engine's, in which it is; {@link ContainerSpec#NO_NETWORK} for none
 */
record Container(Engine engine, String id, String network, ContainerPlace place) implements Enclosure {
    private static final int MOST_ATTEMPTS = 20;
    private static final int PAUSE_MILLIS = 100;

    void start() throws IOException {
        engine.ask(it -> it.startContainerCmd(id).exec());
    }

    /** Whether it runs, and how it ended if it does not. */
    ContainerState state() throws IOException {
        return engine.ask(it -> it.inspectContainerCmd(id).exec().getState());
    }

    @Override
    public void cutNetwork() throws IOException {
        if (isConnected()) {
            engine.ask(it -> it.disconnectFromNetworkCmd()
                    .withNetworkId(network)
                    .withContainerId(id)
                    .withForce(true)
                    .exec());
        }
    }

    /** With another address perhaps. */
    @Override
    public void restoreNetwork() throws IOException {
        if (!network.equals(ContainerSpec.NO_NETWORK) && !isConnected()) {
            engine.ask(it -> it.connectToNetworkCmd()
                    .withNetworkId(network)
                    .withContainerId(id)
                    .exec());
        }
    }

    private boolean isConnected() throws IOException {
        return !network.equals(ContainerSpec.NO_NETWORK)
                && engine.ask(it -> it.inspectContainerCmd(id)
                        .exec()
                        .getNetworkSettings()
                        .getNetworks()
                        .containsKey(network));
    }

    /** Ends what runs in it, and removes it with all that was written in it. */
    @Override
    public void remove() throws IOException {
        try {
            remove(engine, id);
        } finally {
            place.close();
        }
    }

    /** Again, if it is refused: the engine does so where a container ends by itself while it is about to end it. */
    private static void remove(Engine engine, String id) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                engine.ask(it -> it.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
                return;
            } catch (EngineException e) {
                if (e.isNotFound()) {
                    return;
                }
                if (e.isAbsent() || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(EngineException refusal) throws EngineException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal;
        }
    }

    static int removeAll(Engine engine, Map<String, String> labels) throws IOException {
        List<com.github.dockerjava.api.model.Container> found = engine.ask(it ->
                it.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
        for (com.github.dockerjava.api.model.Container left : found) {
            remove(engine, left.getId());
        }
        return found.size();
    }
}
