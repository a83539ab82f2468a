package io.agentfense.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.ContainerConfig;
import io.agentfense.sandbox.StartException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** The images that an engine has or gets. Several who want the same one at one time wait for one pull. Thread-safe. */
final class Images {
    private final Engine engine;
    private final boolean pulls;
    private final ConcurrentHashMap<String, FutureTask<Void>> running = new ConcurrentHashMap<>();

    /**
     * Those of an engine.
     *
     * @param pulls whether what is not there is fetched from its registry
     */
    Images(Engine engine, boolean pulls) {
        this.engine = engine;
        this.pulls = pulls;
    }

    /**
     * What a sandbox needs to know of an image.
     *
     * @param id its content's digest
     * @param environment the variables that it sets
     * @param volumes directories that it wants to have written outside of it
     */
    record Image(String id, Map<String, String> environment, Set<String> volumes) {}

    /**
     * The image of a name, pulled if need be.
     *
     * @param progress is told how far a pull has come, in words
     * @throws StartException if it can't be had, with the reason
     * @throws EngineException if the engine is not there
     */
    Image get(String name, Consumer<String> progress) throws IOException {
        Optional<Image> present = find(name);
        if (present.isPresent()) {
            return present.get();
        }
        if (!pulls) {
            throw new StartException(
                    "the image " + name + " is not on this host, and this server pulls none: docker pull " + name
                            + ", or set runtime.docker.pull to missing");
        }
        pull(name, progress);
        return find(name).orElseThrow(() -> new StartException("the image " + name + " was pulled and is gone again"));
    }

    private Optional<Image> find(String name) throws IOException {
        try {
            return Optional.of(
                    describe(engine.ask(it -> it.inspectImageCmd(name).exec())));
        } catch (EngineException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Image describe(InspectImageResponse told) {
        ContainerConfig config = told.getConfig();
        Map<String, String> variables = new HashMap<>();
        if (config != null && config.getEnv() != null) {
            for (String variable : config.getEnv()) {
                int equals = variable.indexOf('=');
                if (equals > 0) {
                    variables.put(variable.substring(0, equals), variable.substring(equals + 1));
                }
            }
        }
        Set<String> volumes = config == null || config.getVolumes() == null
                ? Set.of()
                : Set.copyOf(config.getVolumes().keySet());
        return new Image(String.valueOf(told.getId()), Map.copyOf(variables), volumes);
    }

    private void pull(String name, Consumer<String> progress) throws IOException {
        FutureTask<Void> mine = new FutureTask<>(() -> {
            AuthConfig login = engine.logins().of(name);
            engine.ask(it -> {
                Pull.run(it, name, login, progress);
                return name;
            });
            return null;
        });
        FutureTask<Void> other = running.putIfAbsent(name, mine);
        try {
            if (other == null) {
                mine.run();
            } else {
                progress.accept("waiting for the image " + name + ", which another sandbox pulls");
            }
            (other == null ? mine : other).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("the pull of " + name + " was cut short", e);
        } finally {
            if (other == null) {
                running.remove(name, mine);
            }
        }
    }
}
