package io.agentfense.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.server.config.ConfigLoader;
import io.agentfense.server.config.LoadedConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A server of a test's own, in this process, on a free port of loopback; everything it keeps lies in one directory. */
public final class TestServer implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final Daemon daemon;

    private TestServer(Path directory, Daemon daemon) {
        this.directory = directory;
        this.daemon = daemon;
    }

    /** One with defaults, but for these keys. */
    public static TestServer start(Path directory, Map<String, String> keys) throws Exception {
        System.setProperty("agentfense.guest", Guest.PROGRAM.toString());
        LoadedConfig loaded = config(directory, keys);
        Logs.configure(loaded.config().logging());
        return new TestServer(directory, Daemon.start(loaded.config()));
    }

    static LoadedConfig config(Path directory, Map<String, String> keys) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "server.grpc_addr",
                "127.0.0.1:0",
                "storage.codebase_path",
                directory.resolve("codebases").toString(),
                "storage.mount_path",
                directory.resolve("mounts").toString(),
                "storage.delta_path",
                directory.resolve("deltas").toString(),
                "storage.db_path",
                directory.resolve("metadata.db").toString(),
                "runtime.docker.host",
                "unix:///nowhere/docker.sock",
                "sandbox.max_per_user",
                "0",
                "logging.level",
                "warn"));
        all.putAll(keys);
        Path file = Files.writeString(directory.resolve("config.yaml"), "server:\n  http_addr: \"\"\n");
        return new ConfigLoader(Map.of(), true).load(all, Optional.of(file));
    }

    Daemon daemon() {
        return daemon;
    }

    Path directory() {
        return directory;
    }

    /** The address, as {@code host:port}. */
    String address() {
        return "127.0.0.1:" + daemon.addresses().getFirst().getPort();
    }

    /** A client of a service. */
    <T> T client(Class<T> stub) {
        return GrpcClients.builder("gproto+http://" + address())
                .responseTimeoutMillis(0)
                .maxResponseLength(0)
                .build(stub);
    }

    /** A client that takes messages of at most so many bytes. */
    SandboxServiceBlockingStub clientWithin(int messageBytes) {
        return GrpcClients.builder("gproto+http://" + address())
                .responseTimeoutMillis(0)
                .maxResponseLength(0)
                .maxResponseMessageLength(messageBytes)
                .build(SandboxServiceBlockingStub.class);
    }

    /** A client of a service that sends a key. */
    <T> T client(Class<T> stub, String key) {
        return GrpcClients.builder("gproto+http://" + address())
                .responseTimeoutMillis(0)
                .maxResponseLength(0)
                .addHeader("authorization", "Bearer " + key)
                .build(stub);
    }

    SandboxServiceBlockingStub sandboxes() {
        return client(SandboxServiceBlockingStub.class);
    }

    CodebaseServiceBlockingStub codebases() {
        return client(CodebaseServiceBlockingStub.class);
    }

    /** A codebase with these files. */
    String codebase(Map<String, String> files) throws Exception {
        String id = codebases()
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("project")
                        .setOwnerId("user")
                        .build())
                .getId();
        for (Map.Entry<String, String> file : files.entrySet()) {
            put("/v1/codebases/" + id + "/files/" + file.getKey(), file.getValue());
        }
        return id;
    }

    /** A running sandbox over a codebase. */
    Sandbox sandbox(String codebase, PermissionRule... rules) {
        CreateSandboxRequest.Builder request = CreateSandboxRequest.newBuilder().setCodebaseId(codebase);
        for (PermissionRule rule : rules) {
            request.addPermissions(rule);
        }
        return sandbox(request.build());
    }

    Sandbox sandbox(CreateSandboxRequest request) {
        String id = sandboxes().createSandbox(request).getId();
        return sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder().setSandboxId(id).build());
    }

    ExecResult exec(String sandbox, String command) {
        return sandboxes()
                .exec(ExecRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setCommand(command)
                        .build());
    }

    static PermissionRule rule(String pattern, Permission permission) {
        return PermissionRule.newBuilder()
                .setPattern(pattern)
                .setPermission(permission)
                .build();
    }

    static PermissionRule rule(String pattern, Permission permission, int priority) {
        return rule(pattern, permission).toBuilder().setPriority(priority).build();
    }

    static final PermissionRule ALL = rule("**/*", Permission.PERMISSION_WRITE);

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return send(request(path).PUT(BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE().build());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address() + path)).version(HttpClient.Version.HTTP_1_1);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        daemon.close();
        http.close();
    }
}
