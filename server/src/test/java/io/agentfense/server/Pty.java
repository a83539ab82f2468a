package io.agentfense.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shell script in a real terminal, which {@code script} opens. Its first line of output must be that of {@code tty}. */
final class Pty implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("/dev/pts/\\d+");

    private final Process process;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Thread reader;

    Pty(Path script, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("script", "-qefc", "sh " + script, "/dev/null");
        builder.redirectErrorStream(true).environment().putAll(environment);
        process = builder.start();
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
        byte[] buffer = new byte[4096];
        try (InputStream from = process.getInputStream()) {
            int read;
            while ((read = from.read(buffer)) >= 0) {
                screen.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** All that it has shown so far. */
    String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** As when somebody drags the window. */
    void resize(int rows, int columns) throws IOException, InterruptedException {
        Matcher name = NAME.matcher(shown());
        if (!name.find()) {
            throw new AssertionError("no terminal in: " + shown());
        }
        new ProcessBuilder(
                        "stty",
                        "-F",
                        name.group(),
                        "rows",
                        Integer.toString(rows),
                        "columns",
                        Integer.toString(columns))
                .start()
                .waitFor();
    }

    /** The JVM that runs in it. */
    ProcessHandle java() {
        return process.descendants()
                .filter(one -> one.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    /** Its exit code, once it has ended. */
    int exitCode() throws InterruptedException {
        int code = process.waitFor();
        reader.join();
        return code;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
