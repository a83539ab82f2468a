package io.agentfense.docker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker Engine of the tests' own, with its own socket, data and network namespace, ended with the JVM. It knows two images,
 * made of this host's Debian.
 */
final class DockerDaemon {
    private final Path directory;
    private final Process process;

    /** Starts one, and waits until it answers. */
    DockerDaemon(String... options) {
        try {
            directory = Files.createTempDirectory("agentfense-engine-");
            // Users that the engine maps to have to get at their containers' files.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            process = start(String.join(" ", options));
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
            awaitAnswer();
            importTree(TestEngine.BUSYBOX, "busybox-image");
            importTree(TestEngine.DEBIAN, "debian-image");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no Docker Engine could be started: apt-get install docker.io", e);
        }
    }

    /** Where it listens. */
    String host() {
        return "unix://" + socket();
    }

    /** Its process id, whose network namespace its bridge is in. */
    long pid() {
        return process.pid();
    }

    /** Runs {@code docker}, and returns what it printed. */
    String docker(String... arguments) throws IOException {
        return run(List.of(command(arguments)));
    }

    private Path socket() {
        return directory.resolve("docker.sock");
    }

    /** In a network namespace of its own, so that bridges and address translation do not touch this host's. */
    private Process start(String options) throws IOException {
        return new ProcessBuilder(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        "ip link set lo up; exec dockerd --host unix://$0/docker.sock --data-root $0/data"
                                + " --exec-root $0/exec --pidfile $0/pid --add-runtime runsc=/usr/bin/runsc $1",
                        directory.toString(),
                        options)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (!process.isAlive()) {
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

    private static String run(List<String> command) throws IOException {
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(program.getInputStream().readAllBytes());
        try {
            if (program.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void stop() {
        try {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            endWhatIsLeft();
            run(List.of(
                    "sh",
                    "-c",
                    "grep -o \"$0[^ ]*\" /proc/mounts | xargs -r umount -l; rm -rf \"$0\"",
                    directory.toString()));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Where gVisor refuses a container's start, its processes stay, and the engine knows nothing of them. */
    private void endWhatIsLeft() {
        ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").contains(directory.toString()))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
