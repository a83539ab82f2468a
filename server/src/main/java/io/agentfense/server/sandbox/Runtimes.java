package io.agentfense.server.sandbox;

import io.agentfense.sandbox.BwrapRuntime;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.StartException;
import io.agentfense.server.config.RuntimeConfig;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.RuntimeKind;
import io.agentfense.server.store.SandboxRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What isolates the sandboxes of this server. A server of type bwrap has containers too, for who asks for them; one of
 * type docker has nothing else, and gives a container also to clients that name bubblewrap, as they do unasked.
 * Thread-safe.
 */
public final class Runtimes {
    private static final Logger LOG = LoggerFactory.getLogger(Runtimes.class);

    private final Optional<BwrapRuntime> bwrap;
    private final Containers containers;
    private final NetworkAccess networks;
    private final Supplier<RuntimeConfig> config;

    /**
     * The runtimes of one server.
     *
     * @param bwrap empty if this server was started as one of containers alone
     */
    public Runtimes(
            Optional<BwrapRuntime> bwrap,
            Containers containers,
            NetworkAccess networks,
            Supplier<RuntimeConfig> config) {
        this.bwrap = bwrap;
        this.containers = containers;
        this.networks = networks;
        this.config = config;
    }

    /**
     * What a request gets.
     *
     * @param kind what isolates it
     * @param image of which it is a container; empty for bubblewrap
     */
    record Choice(RuntimeKind kind, String image) {}

    /**
     * Chooses.
     *
     * @param root whether its processes are to be root inside
     * @throws Refusal INVALID for an image that can't be, or root without a container; PRECONDITION if this server has no
     *     container engine, or gives no root
     */
    Choice choose(Optional<RuntimeKind> wanted, String image, boolean root) throws Refusal {
        Choice choice = choose(wanted, image);
        checkRoot(choice.kind(), root);
        return choice;
    }

    /**
     * Refuses root where it can't be given.
     *
     * @throws Refusal INVALID or PRECONDITION, as above
     */
    void checkRoot(RuntimeKind kind, boolean root) throws Refusal {
        if (!root) {
            return;
        }
        if (kind != RuntimeKind.DOCKER) {
            throw new Refusal(Kind.INVALID, "root: only for the runtime docker; bubblewrap has none");
        }
        try {
            containers.checkRoot();
        } catch (StartException e) {
            throw new Refusal(Kind.PRECONDITION, "root: " + e.getMessage(), e);
        } catch (IOException e) {
            throw noEngine(e);
        }
    }

    private Choice choose(Optional<RuntimeKind> wanted, String image) throws Refusal {
        RuntimeKind type = config.get().type();
        RuntimeKind kind = type == RuntimeKind.DOCKER || bwrap.isEmpty() ? RuntimeKind.DOCKER : wanted.orElse(type);
        if (kind == RuntimeKind.BWRAP) {
            if (!image.isEmpty()) {
                throw new Refusal(Kind.INVALID, "image: only for the runtime docker; bubblewrap shows the host's /usr");
            }
            return new Choice(kind, "");
        }
        String chosen = image.isEmpty() ? config.get().docker().defaultImage() : image;
        if (!containers.allows(chosen)) {
            throw new Refusal(Kind.INVALID, "image: " + chosen + " is not among those that this server allows");
        }
        try {
            containers.check();
        } catch (IOException e) {
            throw noEngine(e);
        }
        return new Choice(kind, chosen);
    }

    /** For the caller without addresses of this host, for the operator with them. */
    private static Refusal noEngine(IOException e) {
        LOG.warn("a container was asked for: {}", e.getMessage());
        return new Refusal(
                Kind.PRECONDITION,
                "runtime: this server has no container engine that it can use; its log says why. Use bwrap or leave it out",
                e);
    }

    /**
     * What starts a sandbox.
     *
     * @param progress is told what the start waits for
     * @throws IOException if it is not there any more, with what to do
     */
    SandboxRuntime of(SandboxRecord record, Consumer<String> progress) throws IOException {
        return switch (record.runtime()) {
            case BWRAP ->
                bwrap.orElseThrow(() -> new StartException(
                        "this server runs containers alone; set runtime.type to bwrap to start this one"));
            case DOCKER -> containers.of(record, networks.ofEngine(record), progress);
        };
    }
}
