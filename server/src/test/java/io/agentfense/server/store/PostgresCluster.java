package io.agentfense.server.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL of our own: in a temporary directory, as an unprivileged user, on a port of the loopback interface. One
 * serves all tests of a JVM, and ends with it.
 */
final class PostgresCluster {
    private static final String USER = "agentfense";
    private static final String PASSWORD = "not a secret: @/?#";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Shared {
        static final PostgresCluster CLUSTER = start();
    }

    private final Path directory;
    private final Process process;
    private final int port;

    private PostgresCluster(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
    }

    static PostgresCluster shared() {
        return Shared.CLUSTER;
    }

    private static PostgresCluster start() {
        try {
            Path directory = Files.createTempDirectory("agentfense-postgresql");
            // Its user must be able to pass; what is in it is its own.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path password = Files.writeString(directory.resolve("password"), PASSWORD);
            Path programs = programs();
            run(
                    directory,
                    programs.resolve("initdb").toString(),
                    "--pgdata=" + directory.resolve("data"),
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync");
            int port = freePort();
            Process process = command(
                            directory,
                            programs.resolve("postgres").toString(),
                            "-D",
                            directory.resolve("data").toString(),
                            "-c",
                            "port=" + port,
                            "-c",
                            "listen_addresses=127.0.0.1",
                            "-c",
                            "unix_socket_directories=",
                            "-c",
                            "fsync=off")
                    .start();
            PostgresCluster cluster = new PostgresCluster(directory, process, port);
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::stop));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(cluster::answers);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path programs() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** PostgreSQL refuses to run as root. */
    private static ProcessBuilder command(Path directory, String... command) {
        List<String> words = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        words.addAll(List.of(command));
        return new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()));
    }

    private static void run(Path directory, String... command) throws IOException {
        try {
            int exit = command(directory, command).start().waitFor();
            if (exit != 0) {
                throw new IOException(command[0] + ": " + Files.readString(directory.resolve("log")));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new AssertionError("PostgreSQL ended: see " + directory.resolve("log"));
        }
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, PASSWORD);
    }

    /** The URL of a new, empty database. */
    String newDatabase() throws IOException {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IOException(e);
        }
        String password = "not%20a%20secret%3A%20%40%2F%3F%23";
        return "postgresql://" + USER + ":" + password + "@127.0.0.1:" + port + "/" + name;
    }

    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
