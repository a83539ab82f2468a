package io.agentfense.docker;

import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.SandboxSpec;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Starts sandboxes in containers of one image. Thread-safe.
 *
 * @param progress is told what a start waits for, in words
 */
record ImageRuntime(
        Engine engine,
        SharedFiles files,
        Images images,
        Accounts accounts,
        ContainerSpec container,
        Consumer<String> progress)
        implements SandboxRuntime {
    @Override
    public HostUser user() throws IOException {
        return container.root() ? MappedRoot.of(engine.info()).user() : HostUser.acquire();
    }

    @Override
    public Sandbox start(SandboxSpec spec) throws IOException {
        ContainerStart start = new ContainerStart(engine, files, accounts, spec, container);
        return start.run(images.get(container.image(), progress));
    }
}
