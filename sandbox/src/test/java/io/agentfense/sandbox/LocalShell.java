package io.agentfense.sandbox;

import io.agentfense.linux.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A sandbox of this JVM over a new directory that nobody but its owner may enter. */
final class LocalShell implements Shell {
    private final HostUser user;
    private final Path workspace;
    private final Sandbox sandbox;

    private LocalShell(HostUser user, Path workspace, Sandbox sandbox) {
        this.user = user;
        this.workspace = workspace;
        this.sandbox = sandbox;
    }

    static LocalShell start() throws IOException {
        return start(UnaryOperator.identity());
    }

    static LocalShell start(UnaryOperator<SandboxSpec> change) throws IOException {
        return start(Built.runtime(), change);
    }

    static LocalShell start(BwrapRuntime runtime, UnaryOperator<SandboxSpec> change) throws IOException {
        HostUser user = HostUser.acquire();
        Path parent = Files.createTempDirectory("sandbox-test");
        Path workspace = Files.createDirectory(parent.resolve("workspace"));
        own(Built.probeIn(workspace), user);
        own(workspace, user);
        try {
            SandboxSpec spec = change.apply(SandboxSpec.of(workspace, user));
            return new LocalShell(user, workspace, runtime.start(spec));
        } catch (IOException | RuntimeException e) {
            Trees.delete(parent);
            user.close();
            throw e;
        }
    }

    private static void own(Path path, HostUser user) throws IOException {
        if (Credentials.uid() == 0) {
            Files.setAttribute(path, "unix:uid", (int) user.uid());
            Files.setAttribute(path, "unix:gid", (int) user.gid());
        }
    }

    Sandbox sandbox() {
        return sandbox;
    }

    HostUser user() {
        return user;
    }

    ExecutionResult run(Command command) throws IOException {
        return sandbox.exec(command).await();
    }

    ExecutionResult run(String script) throws IOException {
        return run(Command.of("sh", "-c", script));
    }

    @Override
    public Ran sh(String script) throws IOException {
        Command command = Command.of(List.of("sh", "-c", script)).withEnvironment(Map.of("FROM_REQUEST", "yes"));
        ExecutionResult result = run(command);
        return new Ran(
                result.exitCode(), result.stdout().text(), result.stderr().text());
    }

    @Override
    public Path workspace() {
        return workspace;
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
        user.close();
        Trees.delete(workspace.getParent());
    }
}
