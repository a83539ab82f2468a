package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stop ends, whatever goes wrong on the way. */
class StopTest {
    @TempDir
    Path directory;

    @Test
    void aSandboxWhoseLastCommitFailsIsEndedAndKeepsItsDelta() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        Path project = Files.createDirectory(root.resolve("project"));
        try (TestServer server = TestServer.start(directory, Map.of("storage.local_roots", root.toString()))) {
            String codebase = server.client(CodebaseServiceBlockingStub.class)
                    .createCodebase(CreateCodebaseRequest.newBuilder()
                            .setName("p")
                            .setOwnerId("u")
                            .setLocalPath(project.toString())
                            .build())
                    .getId();
            String id = server.sandbox(CreateSandboxRequest.newBuilder()
                            .setCodebaseId(codebase)
                            .addPermissions(TestServer.ALL)
                            .setCommit(CommitMode.COMMIT_MODE_ON_STOP)
                            .build())
                    .getId();
            server.exec(id, "echo kept > a; setsid sleep 8645 >/dev/null 2>&1 &");
            Path away = Files.move(project, directory.resolve("away"));
            JsonNode stopped = TestServer.json(server.post("/v1/sandboxes/" + id + "/stop", ""));
            assertThat(stopped.get("status").asText()).isEqualTo("SANDBOX_STATUS_STOPPED");
            assertThat(stopped.get("reason").asText()).contains("can't be opened");
            try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
                assertThat(mounts.filter(line -> line.contains(directory.toString())))
                        .isEmpty();
            }
            assertThat(ProcessHandle.allProcesses()
                            .filter(process ->
                                    process.info().commandLine().orElse("").endsWith("sleep 8645")))
                    .isEmpty();
            Files.move(away, project);
            server.post("/v1/sandboxes/" + id + "/start", "");
            assertThat(server.exec(id, "cat a").getStdout()).isEqualTo("kept\n");
        }
    }
}
