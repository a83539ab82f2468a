package io.agentfense.server;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StopSandboxRequest;
import io.agentfense.docker.TestEngine;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every runtime owes a sandbox. The tests below it run once for each, case for case, over one server that has both.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(
        value = RuntimeType.class,
        names = {"RUNTIME_TYPE_BWRAP", "RUNTIME_TYPE_DOCKER"})
abstract class RuntimeContract {
    @TempDir
    static Path directory;

    static TestServer server;

    @Parameter
    RuntimeType runtime;

    String codebase;
    String id;

    @BeforeAll
    static void startServer() throws Exception {
        if (server == null) {
            server = TestServer.start(
                    directory,
                    Map.of(
                            "runtime.docker.host",
                            TestEngine.host(),
                            "runtime.docker.default_image",
                            TestEngine.DEBIAN));
        }
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @BeforeEach
    void startSandbox() throws Exception {
        codebase = server.codebase(Map.of("a", "1\n", "src/main.py", "print()\n", ".env", "SECRET=xyzzy\n"));
        id = start(request().build());
    }

    @AfterEach
    void destroySandbox() throws Exception {
        server.delete("/v1/sandboxes/" + id);
    }

    boolean isDocker() {
        return runtime == RuntimeType.RUNTIME_TYPE_DOCKER;
    }

    /** A sandbox in which all may be written but for the secret; nothing of it lands unasked. */
    CreateSandboxRequest.Builder request() {
        return CreateSandboxRequest.newBuilder()
                .setCodebaseId(codebase)
                .setRuntime(runtime)
                .addPermissions(TestServer.ALL)
                .addPermissions(TestServer.rule("**/.env", io.agentfense.api.v1.Permission.PERMISSION_NONE, 1))
                .setCommit(CommitMode.COMMIT_MODE_MANUAL);
    }

    /** Its id, once it runs. */
    String start(CreateSandboxRequest wanted) {
        return server.sandbox(wanted).getId();
    }

    String startWith(ResourceLimits limits) {
        return start(request().setResources(limits).build());
    }

    ExecResult exec(String command) {
        return server.exec(id, command);
    }

    /** Both outputs of a command, and its exit code if that is not 0. */
    String sh(String command) {
        ExecResult result = exec(command);
        return result.getStdout() + result.getStderr() + (result.getExitCode() == 0 ? "" : result.getExitCode());
    }

    Sandbox record() {
        return server.sandboxes()
                .getSandbox(GetSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    SandboxStatus status() {
        return record().getStatus();
    }

    static void destroy(String sandbox) {
        var _ = server.sandboxes()
                .destroySandbox(
                        DestroySandboxRequest.newBuilder().setSandboxId(sandbox).build());
    }

    void stop() {
        server.sandboxes()
                .stopSandbox(StopSandboxRequest.newBuilder().setSandboxId(id).build());
    }
}
