package io.agentfense.workspace.attacks;

import io.agentfense.policy.Rule;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM of the ordinary user that mounts and unmounts on request, started when first wanted and used by all tests. Its
 * side of the talk is {@link UserMountServer}. Thread-safe.
 */
public final class UserMounts {
    private static final UserMounts INSTANCE = new UserMounts();

    private final OutputStream in;
    private final BufferedReader out;

    private UserMounts() {
        try {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx128m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    readableClassPath(),
                    UserMountServer.class.getName());
            Process process = new ProcessBuilder(OrdinaryUser.command(command))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            in = process.getOutputStream();
            out = process.inputReader(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class path, where the ordinary user can read it: it may not be able to read where this is built. */
    public static String readableClassPath() throws IOException {
        Path home = Files.createTempDirectory("agentfense-classes");
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) {
                String copy = home.resolve(Integer.toString(entries.size())) + (entry.endsWith(".jar") ? ".jar" : "");
                Shell.run(
                        home,
                        List.of("cp", "-r", Path.of(entry).toAbsolutePath().toString(), copy));
                entries.add(copy);
            }
        }
        Shell.run(home, List.of("chmod", "-R", "a+rX", home.toString()));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Shell.attempt(Path.of("/"), List.of("rm", "-r", home.toString()))));
        return String.join(File.pathSeparator, entries);
    }

    /** Mounts as that user; without a delta it writes through. */
    static void mount(Path base, Path upper, Path mountpoint, Setting setting, List<Rule> rules, long limit) {
        StringBuilder line = new StringBuilder("mount\t" + base + "\t" + (setting.direct ? "" : upper) + "\t"
                + mountpoint + "\t" + setting.strict + "\t" + limit);
        for (Rule rule : rules) {
            line.append('\t').append(rule.pattern()).append('\t').append(rule.permission());
            line.append('\t').append(rule.type()).append('\t').append(rule.priority());
        }
        INSTANCE.ask(line.toString());
    }

    static void unmount(Path mountpoint) {
        INSTANCE.ask("unmount\t" + mountpoint);
    }

    private synchronized void ask(String line) {
        try {
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            String answer = out.readLine();
            if (!"done".equals(answer)) {
                throw new AssertionError(line + ": " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
