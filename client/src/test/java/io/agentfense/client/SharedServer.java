package io.agentfense.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** One server for all tests that need none of their own; it ends with this process. */
final class SharedServer {
    private static final LiveServer SERVER = start();

    private SharedServer() {}

    static LiveServer get() {
        return SERVER;
    }

    private static LiveServer start() {
        try {
            Path directory = Files.createTempDirectory("agentfense-client-test");
            LiveServer server = LiveServer.start(directory, Map.of("sandbox.max_per_user", "0"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(LiveServer server) {
        try {
            server.close();
            try (Stream<Path> left = Files.walk(server.directory())) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
