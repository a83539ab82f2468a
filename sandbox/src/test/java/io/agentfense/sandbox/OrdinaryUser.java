package io.agentfense.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** JVMs of a user who is not root, with this test's classes in a place that the user can read. */
final class OrdinaryUser {
    /** A uid that is nobody's. */
    static final int UID = 54_321;

    private static final Path HOME = copyClasses();

    private OrdinaryUser() {}

    private static Path copyClasses() {
        try {
            Path home = Files.createTempDirectory("sandbox-test-user");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            int number = 0;
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (Files.exists(Path.of(entry))) {
                    Trees.copyReadable(
                            Path.of(entry),
                            home.resolve(number++ + "-" + Path.of(entry).getFileName()));
                }
            }
            Trees.copyReadable(Built.guest(), home.resolve("guest"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Trees.delete(home);
                } catch (IOException e) {
                    System.err.println(e);
                }
            }));
            return home;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The command line that runs a main class as that user, with an environment that holds a secret. */
    static ProcessBuilder java(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(commandLine(List.of(), main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** The same with a program and its options between setpriv and java. */
    static List<String> commandLine(List<String> wrapper, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + UID,
                "--regid=" + UID,
                "--clear-groups",
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                "SERVER_SECRET=canary"));
        command.addAll(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + GuestProgram.PROPERTY + "=" + HOME.resolve("guest")));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath() throws IOException {
        List<String> entries = new ArrayList<>();
        try (var files = Files.newDirectoryStream(HOME)) {
            for (Path file : files) {
                entries.add(file.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** A new directory of that user's that nobody else may enter. */
    static Path directory() throws IOException {
        Path directory = Files.createTempDirectory("sandbox-test-workspace");
        Built.probeIn(directory);
        for (Path path : List.of(directory.resolve("probe"), directory)) {
            Files.setAttribute(path, "unix:uid", UID);
            Files.setAttribute(path, "unix:gid", UID);
        }
        return directory;
    }
}
