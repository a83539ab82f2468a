package io.agentfense.docker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker Engine of the tests' own: one per JVM, with its own socket, data and network namespace, ended with the JVM. It
 * knows two images, made of this host's Debian: a busybox, and a small system with bash and coreutils.
 */
public final class TestEngine {
    /** A busybox and nothing else, not even a C library or accounts. */
    public static final String BUSYBOX = "agentfense-test/busybox:1";

    /** Bash, coreutils, busybox, sed, grep, findutils, curl and what they need, with Debian's accounts. */
    public static final String DEBIAN = "agentfense-test/debian:1";

    private static final TestEngine ONLY = new TestEngine();

    private final Path directory;
    private final Process daemon;

    private TestEngine() {
        try {
            directory = Files.createTempDirectory("agentfense-engine-");
            daemon = start();
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
            awaitAnswer();
            importTree(BUSYBOX, "busybox-image");
            importTree(DEBIAN, "debian-image");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no Docker Engine could be started: apt-get install docker.io", e);
        }
    }

    /** Where it listens, starting it if need be. */
    public static String host() {
        return "unix://" + ONLY.socket();
    }

    /** A connection to it. */
    public static Engine engine() {
        return Engine.at(host());
    }

    /** The process id of the daemon, whose network namespace its bridge is in. */
    static long daemon() {
        return ONLY.daemon.pid();
    }

    /** Runs {@code docker}, and returns what it printed. */
    public static String docker(String... arguments) throws IOException {
        return run(ONLY.command(arguments));
    }

    private Path socket() {
        return directory.resolve("docker.sock");
    }

    /** In a network namespace of its own, so that bridges and address translation do not touch this host's. */
    private Process start() throws IOException {
        return new ProcessBuilder(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        "ip link set lo up; exec dockerd --host unix://$0/docker.sock --data-root $0/data"
                                + " --exec-root $0/exec --pidfile $0/pid --add-runtime runsc=/usr/bin/runsc",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (!daemon.isAlive()) {
                throw new IOException("dockerd ended:\n" + Files.readString(directory.resolve("log")));
            }
            if (Files.exists(socket())
                    && new ProcessBuilder(command("version"))
                                    .redirectOutput(new File("/dev/null"))
                                    .redirectErrorStream(true)
                                    .start()
                                    .waitFor()
                            == 0) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IOException("dockerd does not answer:\n" + Files.readString(directory.resolve("log")));
    }

    private void importTree(String image, String script) throws IOException {
        Path maker = Path.of("").toAbsolutePath().resolve("../docker/src/test/sh/" + script);
        run(List.of(
                "sh",
                "-euc",
                "\"$1\" \"$2\" | docker -H \"unix://$3\" import - \"$4\"",
                "sh",
                maker.toString(),
                directory.resolve(script).toString(),
                socket().toString(),
                image));
    }

    private String[] command(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "docker";
        command[1] = "-H";
        command[2] = "unix://" + socket();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return command;
    }

    private static String run(String[] command) throws IOException {
        return run(List.of(command));
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void stop() {
        try {
            daemon.destroy();
            if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
            run(List.of(
                    "sh",
                    "-c",
                    "grep -o \"$0[^ ]*\" /proc/mounts | xargs -r umount -l; rm -rf \"$0\"",
                    directory.toString()));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
