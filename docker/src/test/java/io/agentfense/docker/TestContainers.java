package io.agentfense.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import io.agentfense.sandbox.Command;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.HostUser;
import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.SandboxRuntime;
import io.agentfense.sandbox.SandboxSpec;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One test's containers on an engine, over one workspace; closing it asserts that none is left. Confined to a thread. */
final class TestContainers implements AutoCloseable {
    private static final Map<String, String> MINE = Map.of("io.agentfense.test", "mine");

    static {
        BuiltGuest.build();
    }

    /** What a start said that it waits for. */
    final List<String> progress = new ArrayList<>();

    final ContainerRuntime runtime;
    final Path workspace;
    private final Engine engine;
    private @Nullable HostUser user;

    /** On the engine that listens there, with everything below a directory. */
    TestContainers(String host, Path directory) throws IOException {
        engine = Engine.at(host);
        runtime = ContainerRuntime.over(engine, LiveMounts.in(directory.resolve("mounts")), true);
        workspace = Files.createDirectories(directory.resolve("workspace"));
    }

    /** The runtime of such containers. */
    SandboxRuntime of(ContainerSpec spec) {
        return runtime.of(spec.withLabels(MINE), progress::add);
    }

    /** Starts the one that a test has. */
    Sandbox start(ContainerSpec spec) throws IOException {
        return start(spec, UnaryOperator.identity());
    }

    Sandbox start(ContainerSpec spec, UnaryOperator<SandboxSpec> change) throws IOException {
        SandboxRuntime made = of(spec);
        HostUser given = made.user();
        user = given;
        Files.setAttribute(workspace, "unix:uid", (int) given.uid());
        Files.setAttribute(workspace, "unix:gid", (int) given.gid());
        return made.start(change.apply(SandboxSpec.of(workspace, given)));
    }

    /** The host's user that it is for. */
    HostUser user() {
        return Objects.requireNonNull(user, "started");
    }

    /** Of all there are, running or not. */
    List<String> ids() throws IOException {
        return engine
                .ask(client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(MINE)
                        .exec())
                .stream()
                .map(Container::getId)
                .toList();
    }

    static ExecutionResult exec(Sandbox sandbox, String script) throws IOException {
        return sandbox.exec(Command.of("/bin/sh", "-c", script)).await();
    }

    /** What a script said, and behind that its exit code if it failed. */
    static String sh(Sandbox sandbox, String script) throws IOException {
        ExecutionResult result = exec(sandbox, script);
        return result.stdout().text() + result.stderr().text() + (result.exitCode() == 0 ? "" : result.exitCode());
    }

    @Override
    public void close() throws IOException {
        if (user != null) {
            user.close();
        }
        runtime.close();
        assertThat(ids()).isEmpty();
        engine.close();
    }
}
