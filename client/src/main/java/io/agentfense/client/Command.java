package io.agentfense.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A command for {@code /bin/sh -c}, with what it gets. Immutable.
 *
 * <pre>{@code
 * sandbox.run(Command.of("make test").in("build").env("CI", "1").within(Duration.ofMinutes(5)));
 * }</pre>
 */
public final class Command {
    private final String text;
    private final ByteString input;
    private final Map<String, String> environment;
    private final String directory;
    private final Optional<Duration> timeout;

    private Command(
            String text,
            ByteString input,
            Map<String, String> environment,
            String directory,
            Optional<Duration> timeout) {
        this.text = text;
        this.input = input;
        this.environment = environment;
        this.directory = directory;
        this.timeout = timeout;
    }

    /** In {@code /workspace}, without input, with the server's default timeout. */
    public static Command of(String text) {
        return new Command(text, ByteString.EMPTY, Map.of(), "", Optional.empty());
    }

    /** The same in another directory: below {@code /workspace}, or absolute; resolved inside the sandbox. */
    public Command in(String directory) {
        return new Command(text, input, environment, directory, timeout);
    }

    /** The same with one more variable. Whatever runs in the sandbox can read it: no place for a secret. */
    public Command env(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(text, input, Map.copyOf(more), directory, timeout);
    }

    /** The same with a text as its input. */
    public Command input(String input) {
        return input(input.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with bytes as its input. */
    public Command input(byte[] input) {
        return new Command(text, ByteString.copyFrom(input), environment, directory, timeout);
    }

    /** The same with a limit of its time, after which it is killed; positive. */
    public Command within(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a timeout must be positive");
        }
        return new Command(text, input, environment, directory, Optional.of(timeout));
    }

    /** What the shell is given. */
    public String text() {
        return text;
    }

    ByteString input() {
        return input;
    }

    Map<String, String> environment() {
        return environment;
    }

    String directory() {
        return directory;
    }

    Optional<Duration> timeout() {
        return timeout;
    }

    /** {@link #text}. */
    @Override
    public String toString() {
        return text;
    }
}
