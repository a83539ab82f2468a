package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceBlockingStub;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.ours.v1.StatFileRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever asks something of a sandbox in the moment of its death is told that it does not run. */
class SandboxDeathTest {
    private static final int ROUNDS = 10;

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What is asked. */
    enum Question {
        COMMAND {
            @Override
            void ask(String sandbox) {
                server.exec(sandbox, "true");
            }
        },
        SESSION {
            @Override
            void ask(String sandbox) {
                server.sandboxes()
                        .createSession(CreateSessionRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .build());
            }
        },
        BACKGROUND {
            @Override
            void ask(String sandbox) {
                server.client(ProcessServiceBlockingStub.class)
                        .startProcess(StartProcessRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setCommand("true")
                                .build());
            }
        },
        FILE {
            @Override
            void ask(String sandbox) {
                server.client(FileServiceBlockingStub.class)
                        .statFile(StatFileRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setPath(".")
                                .build());
            }
        };

        abstract void ask(String sandbox);
    }

    /** Process 1 of the one sandbox that runs. */
    private static ProcessHandle processOne() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("bwrap"))
                .flatMap(ProcessHandle::children)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void itIsSaidNotToRun(Question question) throws Exception {
        String codebase = server.codebase(Map.of());
        for (int round = 0; round < ROUNDS; round++) {
            String sandbox = server.sandbox(codebase, TestServer.ALL).getId();
            assertThat(processOne().destroyForcibly()).isTrue();
            try {
                question.ask(sandbox);
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                assertThat(e.getStatus().getDescription()).startsWith("sandbox is not running");
            }
            server.delete("/v1/sandboxes/" + sandbox);
        }
    }
}
