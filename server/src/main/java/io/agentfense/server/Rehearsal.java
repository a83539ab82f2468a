package io.agentfense.server;

import io.agentfense.linux.Credentials;
import io.agentfense.server.config.ConfigException;
import io.agentfense.server.config.ConfigLoader;
import io.agentfense.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * One run of a server in a directory of its own, with the calls that are made most, for whoever makes an ahead-of-time
 * cache: the JVM sees which classes a server needs and which code is worth compiling early (JEP 514, JEP 515).
 */
public final class Rehearsal {
    private static final int SANDBOXES = 20;
    private static final int COMMANDS = 100;
    private static final Pattern ID = Pattern.compile("\"id\": *\"([^\"]+)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    private Rehearsal(InetSocketAddress address) {
        server = URI.create("http://127.0.0.1:" + address.getPort());
    }

    /**
     * Runs it, without arguments.
     *
     * @throws IOException if this machine can't run sandboxes, with what is missing
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ConfigException {
        new CommandLine(new ServeCommand()).parseArgs();
        Path directory = Files.createTempDirectory("agentfense-rehearsal-");
        ServerConfig config = config(directory);
        Logs.configure(config.logging());
        try (Daemon daemon = Daemon.start(config)) {
            new Rehearsal(daemon.addresses().getFirst()).run();
        } finally {
            delete(directory);
        }
    }

    private static ServerConfig config(Path directory) throws ConfigException {
        Map<String, String> flags = Map.of(
                "server.grpc_addr", "127.0.0.1:0",
                "server.http_addr", "127.0.0.1:0",
                "storage.codebase_path", directory.resolve("codebases").toString(),
                "storage.mount_path", directory.resolve("mounts").toString(),
                "storage.delta_path", directory.resolve("deltas").toString(),
                "storage.db_path", directory.resolve("metadata.db").toString(),
                "logging.level", "error");
        return new ConfigLoader(Map.of(), Credentials.isRoot())
                .load(flags, Optional.empty())
                .config();
    }

    private void run() throws IOException, InterruptedException {
        String codebase = id(call("POST", "/v1/codebases", "{\"name\": \"rehearsal\", \"owner_id\": \"rehearsal\"}"));
        call("PUT", "/v1/codebases/" + codebase + "/files/src/main.py", "print('hello')");
        for (int i = 0; i < SANDBOXES; i++) {
            String sandbox = "/v1/sandboxes/" + id(call("POST", "/v1/sandboxes", sandbox(codebase)));
            call("POST", sandbox + "/start", "{}");
            call("POST", sandbox + "/exec", "{\"command\": \"cat src/main.py && echo x > y\"}");
            call("DELETE", sandbox, "");
        }
        String sandbox = "/v1/sandboxes/" + id(call("POST", "/v1/sandboxes", sandbox(codebase)));
        call("POST", sandbox + "/start", "{}");
        String session = "/v1/sessions/" + id(call("POST", sandbox + "/sessions", "{}"));
        for (int i = 0; i < COMMANDS; i++) {
            call("POST", sandbox + "/exec", "{\"command\": \"true\"}");
            call("POST", session + "/exec", "{\"command\": \"true\"}");
        }
        call("POST", sandbox + "/stop", "{}");
    }

    private static String sandbox(String codebase) {
        return "{\"codebase_id\": \"" + codebase + "\", \"permissions\": [{\"pattern\": \"**/*\", \"permission\":"
                + " \"PERMISSION_WRITE\"}, {\"pattern\": \"**/.env*\", \"permission\": \"PERMISSION_NONE\"}]}";
    }

    private String call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + path + ": " + response.body());
        }
        return response.body();
    }

    private static String id(String answer) throws IOException {
        Matcher found = ID.matcher(answer);
        if (!found.find()) {
            throw new IOException("no id in " + answer);
        }
        return found.group(1);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
