package io.agentfense.docker;

import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import io.agentfense.egress.credential.TrustFile;
import io.agentfense.linux.UnixListener;
import io.agentfense.linux.cgroup.Cgroup;
import io.agentfense.linux.cgroup.Cgroups;
import io.agentfense.sandbox.Confinement;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.sandbox.StartException;
import io.agentfense.sandbox.guest.GuestConnection;
import io.agentfense.sandbox.guest.GuestConnection.Greeting;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One start of a container. Confined to one thread. */
final class ContainerStart {
    private static final int TO_CALL_MILLIS = 15_000;
    private static final int LOOK_AFTER_MILLIS = 250;

    private final Engine engine;
    private final SharedFiles files;
    private final Accounts accounts;
    private final SandboxSpec spec;
    private final ContainerSpec wanted;

    ContainerStart(Engine engine, SharedFiles files, Accounts accounts, SandboxSpec spec, ContainerSpec wanted) {
        this.engine = engine;
        this.files = files;
        this.accounts = accounts;
        this.spec = spec;
        this.wanted = wanted;
    }

    /**
     * Makes and starts it; if that fails nothing is left.
     *
     * @throws StartException if it does not start, with what the engine or the guest said
     */
    Sandbox run(Images.Image image) throws IOException {
        ContainerPlace place = ContainerPlace.in(files);
        boolean made = false;
        try (UnixListener listener = place.listen()) {
            describeNetwork(place);
            if (!wanted.root()) {
                place.put(Accounts.USERS, "");
                place.put(Accounts.GROUPS, "");
            }
            for (TrustFile file : spec.trust()) {
                place.put(file.path(), file.content());
            }
            Container container = create(image, place);
            made = true;
            return start(container, listener, image);
        } finally {
            if (!made) {
                place.close();
            }
        }
    }

    /** In a network of its own the engine has these, with addresses that it alone knows. */
    private void describeNetwork(ContainerPlace place) throws IOException {
        if (!wanted.network().equals(ContainerSpec.NO_NETWORK)) {
            return;
        }
        place.put("/etc/hosts", """
                127.0.0.1 localhost
                ::1 localhost
                127.0.1.1 %s
                """.formatted(spec.hostname()));
        place.put("/etc/resolv.conf", "nameserver 127.0.0.1\n");
        place.put("/etc/hostname", spec.hostname() + "\n");
    }

    private Container create(Images.Image image, ContainerPlace place) throws IOException {
        ContainerRequest request = new ContainerRequest(spec, wanted, image);
        CreateContainerResponse answer =
                engine.ask(it -> request.on(it, files.guest(), place).exec());
        Container container = new Container(engine, answer.getId(), wanted.network(), place);
        try {
            Shortfall.refuse(answer.getWarnings());
            if (!wanted.root()) {
                place.put(Accounts.USERS, accounts.users(image.id(), answer.getId(), spec.user()));
                place.put(Accounts.GROUPS, accounts.groups(image.id(), answer.getId(), spec.user()));
            }
            return container;
        } catch (IOException e) {
            remove(container, e);
            throw e;
        }
    }

    private Sandbox start(Container container, UnixListener listener, Images.Image image) throws IOException {
        GuestConnection guest = null;
        try {
            container.start();
            awaitCall(container, listener);
            guest = GuestConnection.over(listener.accept());
            Greeting greeting = guest.awaitGreeting(TO_CALL_MILLIS);
            if (greeting == null) {
                throw new StartException("the container's first process said nothing");
            }
            if (wanted.root()) {
                MappedRoot.check(greeting.process().pid(), spec.user());
            }
            Cgroup cgroup = Cgroups.ofProcess(greeting.process().pid(), spec.limits());
            return Sandbox.of(guest, greeting, spec.user(), confinement(cgroup, container, image));
        } catch (IOException e) {
            if (guest != null) {
                guest.close();
            }
            remove(container, e);
            throw e;
        }
    }

    private Confinement confinement(Cgroup cgroup, Container container, Images.Image image) {
        if (!wanted.root()) {
            return new Confinement(cgroup, image.environment(), container);
        }
        Map<String, String> variables = new HashMap<>(Map.of("USER", "root"));
        variables.putAll(image.environment());
        return new Confinement(cgroup, variables, container, RootPrivileges.ofCommands());
    }

    private void awaitCall(Container container, UnixListener listener) throws IOException {
        for (int waited = 0; waited < TO_CALL_MILLIS; waited += LOOK_AFTER_MILLIS) {
            if (listener.await(LOOK_AFTER_MILLIS)) {
                return;
            }
            ContainerState state = container.state();
            if (!Boolean.TRUE.equals(state.getRunning())) {
                throw new StartException("the container ended as it began, with exit code " + state.getExitCodeLong()
                        + (String.valueOf(state.getError()).isEmpty() ? "" : ": " + state.getError()));
            }
        }
        throw new StartException("the container's first process does not reach this host; a runtime that lets no unix"
                + " socket in, as gVisor's, can't be used");
    }

    private static void remove(Container container, IOException reason) {
        try {
            container.remove();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
