package io.agentfense.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Stream;

/** A registry that only who logs in may use, beside the tests' engine, on its loopback. */
public final class TestRegistry implements AutoCloseable {
    /** Where the tests' engine finds it. */
    static final String ADDRESS = "127.0.0.1:5000";
    /** Who may use it. */
    static final String USER = "somebody";

    /** That user's password. */
    static final String PASSWORD = "xyzzy";

    private static final String PASSWORD_HASH = "$2b$04$F9iD.kEALqL5YcLt0Vz4n.khB/eAmu9bu0Vfx3uFBQUlhlx71Ed4W";

    private final Path directory;
    private final Process process;

    private TestRegistry(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts one, empty. */
    public static TestRegistry start() throws IOException, InterruptedException {
        TestEngine.host();
        Path directory = Files.createTempDirectory("agentfense-registry-");
        Files.writeString(directory.resolve("users"), USER + ":" + PASSWORD_HASH + "\n");
        Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %1$s/data
                http:
                  addr: %2$s
                auth:
                  htpasswd:
                    realm: test
                    path: %1$s/users
                """.formatted(directory, ADDRESS));
        Process process = new ProcessBuilder(
                        "nsenter",
                        "--net=/proc/" + TestEngine.daemon() + "/ns/net",
                        "docker-registry",
                        "serve",
                        directory.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        TestRegistry registry = new TestRegistry(directory, process);
        registry.awaitAnswer();
        return registry;
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        for (int i = 0; i < 300; i++) {
            if (Files.readString(directory.resolve("log")).contains("listening on")) {
                return;
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(50);
        }
        throw new IOException("no registry could be started: apt-get install docker-registry\n"
                + Files.readString(directory.resolve("log")));
    }

    /** Puts an image of the engine into it, and takes it from the engine; its name there. */
    public String push(String image, String name) throws IOException {
        String there = ADDRESS + "/" + name;
        String settings = settings();
        TestEngine.docker("tag", image, there);
        TestEngine.docker("--config", settings, "push", there);
        TestEngine.docker("rmi", there);
        return there;
    }

    private String settings() throws IOException {
        String login = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        Path settings = Files.createDirectories(directory.resolve("settings"));
        Files.writeString(
                settings.resolve("config.json"), "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(ADDRESS, login));
        return settings.toString();
    }

    /** Has engines of this JVM that are reached until it is closed find the login where {@code docker login} leaves it. */
    public AutoCloseable login() throws IOException {
        return use(Path.of(settings()));
    }

    /** The same with another {@code config.json} in a directory of the test's. */
    static AutoCloseable login(Path directory, String config) throws IOException {
        Files.writeString(directory.resolve("config.json"), config);
        return use(directory);
    }

    private static AutoCloseable use(Path settings) {
        System.setProperty("DOCKER_CONFIG", settings.toString());
        return () -> System.clearProperty("DOCKER_CONFIG");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
