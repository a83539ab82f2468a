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
 */
record Container(Engine engine, String id, ContainerPlace place) implements Enclosure {
    void start() throws IOException {
        engine.ask(it -> it.startContainerCmd(id).exec());
    }

    /** Whether it runs, and how it ended if it does not. */
    ContainerState state() throws IOException {
        return engine.ask(it -> it.inspectContainerCmd(id).exec().getState());
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

    private static void remove(Engine engine, String id) throws IOException {
        try {
            engine.ask(it -> it.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (EngineException e) {
            if (!e.isNotFound()) {
                throw e;
            }
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
