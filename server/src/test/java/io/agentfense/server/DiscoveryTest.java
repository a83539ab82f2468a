package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.agentfense.api.ours.v1.DeltaServiceGrpc;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.health.v1.HealthGrpc.HealthStub;
import io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionStub;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program that knows nothing of the server can ask it: reflection, health, documentation. */
class DiscoveryTest {
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

    /** The first answer of a stream. */
    private static final class First<A> implements StreamObserver<A> {
        private final CompletableFuture<A> answer = new CompletableFuture<>();

        @Override
        public void onNext(A message) {
            answer.complete(message);
        }

        @Override
        public void onError(Throwable thrown) {
            answer.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {}
    }

    private static ServerReflectionResponse reflect(ServerReflectionRequest request) {
        First<ServerReflectionResponse> first = new First<>();
        StreamObserver<ServerReflectionRequest> requests =
                server.client(ServerReflectionStub.class).serverReflectionInfo(first);
        requests.onNext(request);
        ServerReflectionResponse response = first.answer.join();
        requests.onCompleted();
        return response;
    }

    private static FileDescriptorProto file(ServerReflectionResponse response) throws InvalidProtocolBufferException {
        ByteString file = response.getFileDescriptorResponse().getFileDescriptorProto(0);
        return FileDescriptorProto.parseFrom(file);
    }

    @Test
    void reflectionListsTheServices() {
        assertThat(reflect(ServerReflectionRequest.newBuilder()
                                .setListServices("")
                                .build())
                        .getListServicesResponse()
                        .getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(
                        SandboxServiceGrpc.SERVICE_NAME,
                        CodebaseServiceGrpc.SERVICE_NAME,
                        DeltaServiceGrpc.SERVICE_NAME,
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection");
    }

    @Test
    void reflectionFindsTheFileOfASymbolAndAFileByItsName() throws Exception {
        FileDescriptorProto ofSymbol = file(reflect(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("sandbox.v1.SandboxService.Exec")
                .build()));
        assertThat(ofSymbol.getName()).isEqualTo("sandbox/v1/sandbox.proto");
        FileDescriptorProto byName = file(reflect(ServerReflectionRequest.newBuilder()
                .setFileByFilename("sandbox/v1/common.proto")
                .build()));
        assertThat(byName.getEnumTypeList()).extracting(type -> type.getName()).contains("Permission");
        assertThat(reflect(ServerReflectionRequest.newBuilder()
                                .setFileContainingSymbol("sandbox.v1.Nothing")
                                .build())
                        .getErrorResponse()
                        .getErrorCode())
                .isEqualTo(Status.Code.NOT_FOUND.value());
    }

    @Test
    void olderClientsReflectByTheOlderName() throws Exception {
        First<io.grpc.reflection.v1alpha.ServerReflectionResponse> first = new First<>();
        StreamObserver<io.grpc.reflection.v1alpha.ServerReflectionRequest> requests = server.client(
                        io.grpc.reflection.v1alpha.ServerReflectionGrpc.ServerReflectionStub.class)
                .serverReflectionInfo(first);
        requests.onNext(io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(SandboxServiceGrpc.SERVICE_NAME)
                .build());
        ByteString file = first.answer.join().getFileDescriptorResponse().getFileDescriptorProto(0);
        requests.onCompleted();
        assertThat(FileDescriptorProto.parseFrom(file).getName()).isEqualTo("sandbox/v1/sandbox.proto");
    }

    @Test
    void healthIsToldOnceAndAsItChanges() throws Exception {
        HealthBlockingStub health = server.client(HealthBlockingStub.class);
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertThatThrownBy(() -> health.check(
                        HealthCheckRequest.newBuilder().setService("none").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));

        Path other = Files.createDirectory(directory.resolve("other"));
        Collected<HealthCheckResponse> told = new Collected<>();
        try (TestServer stopping = TestServer.start(other, Map.of())) {
            stopping.client(HealthStub.class).watch(HealthCheckRequest.getDefaultInstance(), told);
            await().until(() -> told.has(answer -> answer.getStatus() == ServingStatus.SERVING));
        }
        await().until(told::isDone);
    }

    @Test
    void theVersionIsToldAndTheServerIsReady() throws Exception {
        JsonNode version = TestServer.json(server.get("/version"));
        assertThat(version.get("name").asText()).isEqualTo("agentfense");
        assertThat(version.get("version").asText()).isNotEmpty();
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void theDocumentOfRestNamesItsPaths() throws Exception {
        HttpResponse<String> response = server.get("/openapi.json");
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        JsonNode document = TestServer.json(response);
        assertThat(document.get("openapi").asText()).startsWith("3.");
        for (String path : List.of("/v1/sandboxes", "/v1/sandboxes/{sandbox_id}/exec", "/v1/codebases")) {
            assertThat(document.get("paths").has(path)).as(path).isTrue();
        }
        assertThat(document.get("paths").get("/v1/sandboxes").has("post")).isTrue();
    }

    @Test
    void thePageOfDocumentationIsThere() throws Exception {
        HttpResponse<String> page = server.get("/docs/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html");
        assertThat(TestServer.json(server.get("/docs/specification.json")).toString())
                .contains(SandboxServiceGrpc.SERVICE_NAME);
    }
}
