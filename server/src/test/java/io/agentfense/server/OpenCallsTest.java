package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Role;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many calls a user leaves open, the server answers others. */
class OpenCallsTest {
    /** More than the server has threads for. */
    private static final int MANY = 1100;

    @TempDir
    static Path directory;

    private static TestServer server;
    private static String alice;
    private static String mallory;

    @BeforeAll
    static void start() throws Exception {
        try (Database database = Database.open(directory.resolve("metadata.db").toString())) {
            ApiKeys keys = new ApiKeys(database.apiKeys(), InstantSource.system());
            alice = keys.create("alice", Role.USER, "", Optional.empty()).key();
            mallory = keys.create("mallory", Role.USER, "", Optional.empty()).key();
        }
        server = TestServer.start(directory, Map.of("auth.mode", "required"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static int list(String key) throws Exception {
        return server.send(server.request("/v1/codebases")
                        .header("authorization", "Bearer " + key)
                        .timeout(Duration.ofSeconds(15))
                        .GET()
                        .build())
                .statusCode();
    }

    /** An upload that has not come to its end, and never will. */
    private static Socket unended(String codebase) throws IOException {
        String[] address = server.address().split(":");
        Socket socket = new Socket(address[0], Integer.parseInt(address[1]));
        socket.getOutputStream()
                .write(("POST /v1/codebases/" + codebase + "/archive HTTP/1.1\r\nHost: localhost\r\n"
                                + "Authorization: Bearer " + mallory + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    @Test
    void nobodyKeepsTheServerFromOthersByCallsThatDoNotEnd() throws Exception {
        String codebase = server.client(CodebaseServiceBlockingStub.class, mallory)
                .createCodebase(CreateCodebaseRequest.newBuilder().setName("p").build())
                .getId();
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                open.add(unended(codebase));
            }
            await().untilAsserted(() -> assertThat(list(mallory)).isEqualTo(429));
            assertThat(list(alice)).isEqualTo(200);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        await().untilAsserted(() -> assertThat(list(mallory)).isEqualTo(200));
    }

    @Test
    void callsThatEndedCountNoMore() {
        CodebaseServiceBlockingStub codebases = server.client(CodebaseServiceBlockingStub.class, alice);
        for (int i = 0; i < MANY; i++) {
            assertThat(codebases
                            .listCodebases(ListCodebasesRequest.getDefaultInstance())
                            .getCodebasesCount())
                    .isZero();
        }
    }
}
