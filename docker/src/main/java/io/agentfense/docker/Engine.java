package io.agentfense.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Docker Engine on this host, reached by its API. It need not run yet: each call says if it does not. Thread-safe.
 *
 * <p>Whose registries need a login is taken from the usual place, {@code ~/.docker/config.json} or
 * {@code $DOCKER_CONFIG}, where {@code docker login} writes it, or from the program that it names there.
 */
public final class Engine implements AutoCloseable {
    private static final int CONNECTIONS = 100;
    private static final Duration TO_CONNECT = Duration.ofSeconds(5);

    /** What takes no work is answered at once, or the engine hangs. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);

    private final URI host;
    private final DockerClient client;
    private final RegistryLogins logins;

    private Engine(URI host, DockerClient client, RegistryLogins logins) {
        this.host = host;
        this.client = client;
        this.logins = logins;
    }

    /**
     * The engine at an address.
     *
     * @param host such as {@code unix:///run/docker.sock}; empty for {@code DOCKER_HOST}, or Docker's own default
     * @throws IllegalArgumentException if it is no address, or on another host: directories of this one can't be shown there
     */
    public static Engine at(String host) {
        return at(host, Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin"));
    }

    /**
     * The same with programs that keep logins from other places.
     *
     * @param searchPath directories, as in {@code PATH}
     */
    static Engine at(String host, String searchPath) {
        DefaultDockerClientConfig.Builder settings = DefaultDockerClientConfig.createDefaultConfigBuilder();
        DefaultDockerClientConfig config = (host.isEmpty() ? settings : settings.withDockerHost(host)).build();
        URI address = config.getDockerHost();
        if (!"unix".equals(address.getScheme())) {
            throw new IllegalArgumentException(
                    "the Docker Engine must be on this host, at unix:///PATH, not at " + address);
        }
        return new Engine(
                address,
                DockerClientImpl.getInstance(
                        config,
                        new ApacheDockerHttpClient.Builder()
                                .dockerHost(address)
                                .maxConnections(CONNECTIONS)
                                .connectionTimeout(TO_CONNECT)
                                .build()),
                new RegistryLogins(config, searchPath));
    }

    /** What can be asked of an engine. */
    @FunctionalInterface
    interface Question<T> {
        T ask(DockerClient client) throws IOException;
    }

    /**
     * Asks something.
     *
     * @throws EngineException if the engine is not there or refuses, with what it said
     */
    <T> T ask(Question<T> question) throws IOException {
        try {
            return question.ask(client);
        } catch (DockerException e) {
            throw EngineException.refused(e);
        } catch (RuntimeException e) {
            // The transport says no more specially that nobody listens, or that the connection broke.
            if (e.getCause() instanceof IOException) {
                throw EngineException.absent(host, e);
            }
            throw e;
        }
    }

    /** Who this host is to registries. */
    RegistryLogins logins() {
        return logins;
    }

    /**
     * What it is and can.
     *
     * @throws EngineException if it is not there
     */
    Info info() throws IOException {
        return ask(it -> it.infoCmd().exec());
    }

    /**
     * Makes sure that it is there, and answers within ten seconds.
     *
     * @throws EngineException if it does not, with what to do
     */
    public void check() throws IOException {
        // A time limit of the HTTP client's does not reach a unix socket, whose reads Java can only interrupt.
        FutureTask<Void> answer = new FutureTask<>(() -> ask(it -> it.pingCmd().exec()));
        Thread.ofVirtual().name("agentfense-engine-check").start(answer);
        try {
            answer.get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw EngineException.mute(host, TO_ANSWER);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
