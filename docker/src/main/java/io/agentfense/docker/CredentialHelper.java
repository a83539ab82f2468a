package io.agentfense.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.model.AuthConfig;
import io.agentfense.sandbox.StartException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A program that keeps logins for registries, as {@code docker login} uses it: {@code docker-credential-NAME}. What it prints
 * may hold a secret, so none of it is ever in an error. Thread-safe.
 *
 * @param name what {@code config.json} calls it
 * @param searchPath directories in which it is looked for; those that are relative are not
 * @param patience how long it may take, as it may have to ask a service
 */
record CredentialHelper(String name, String searchPath, Duration patience) {
    /** The protocol's answer for a registry that it has no login for. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    /** The protocol's user name of a secret that is a token for the registry's own login service. */
    private static final String TOKEN = "<token>";

    private static final int MOST_BYTES = 64 << 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final JsonMapper JSON = new JsonMapper();

    private record Answer(byte[] printed, int exitCode) {}

    private String program() {
        return "docker-credential-" + name;
    }

    /**
     * Asks for a login.
     *
     * @param registry as {@code docker login} names it to the program
     * @return empty if it has none
     * @throws StartException if the program is missing, fails, takes too long or breaks the protocol, with its name
     */
    Optional<AuthConfig> get(String registry) throws IOException {
        Answer answer = run(find(), registry);
        if (answer.exitCode == 0) {
            return Optional.of(login(answer.printed, registry));
        }
        if (new String(answer.printed, StandardCharsets.UTF_8).strip().equals(NOT_FOUND)) {
            return Optional.empty();
        }
        throw failure("ended with exit code " + answer.exitCode + "; run by hand it says why: echo " + registry + " | "
                + program() + " get");
    }

    private Path find() throws StartException {
        if (!NAME.matcher(name).matches()) {
            throw new StartException("config.json names a credential helper that can be no program's");
        }
        for (String directory : searchPath.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, program());
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new StartException("the credential helper " + program()
                + ", which config.json names, is not on the server's PATH; install it, or log in without it");
    }

    private Answer run(Path program, String registry) throws IOException {
        Process process = start(program);
        FutureTask<Answer> answer = new FutureTask<>(() -> converse(process, registry));
        Thread.ofVirtual().name("agentfense-credential-helper").start(answer);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failure("did not answer within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StartException refused ? refused : failure("can't be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was not waited for", e);
        } finally {
            end(process);
        }
    }

    private Process start(Path program) throws StartException {
        try {
            return new ProcessBuilder(program.toString(), "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw failure("can't be started", e);
        }
    }

    private Answer converse(Process process, String registry) throws IOException, InterruptedException {
        tell(process, registry);
        try (InputStream output = process.getInputStream()) {
            byte[] printed = output.readNBytes(MOST_BYTES + 1);
            if (printed.length > MOST_BYTES) {
                throw failure("printed more than " + MOST_BYTES + " bytes");
            }
            return new Answer(printed, process.waitFor());
        }
    }

    /** One that ends without reading closes the pipe; its exit code says more than that. */
    private static void tell(Process process, String registry) {
        try (OutputStream input = process.getOutputStream()) {
            input.write((registry + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // EPIPE
        }
    }

    /** With what it started, which may hold its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private AuthConfig login(byte[] printed, String registry) throws StartException {
        String user;
        String secret;
        try {
            JsonNode answer = JSON.readTree(printed);
            user = answer.path("Username").asText();
            secret = answer.path("Secret").asText();
        } catch (IOException e) {
            // Its message, and so this as a cause, would quote what was printed.
            throw failure("printed no JSON");
        }
        if (secret.isEmpty()) {
            throw failure("printed no Secret");
        }
        AuthConfig login = new AuthConfig().withRegistryAddress(registry);
        return user.equals(TOKEN)
                ? login.withIdentityToken(secret)
                : login.withUsername(user).withPassword(secret);
    }

    private StartException failure(String what) {
        return new StartException("the credential helper " + program() + " " + what);
    }

    private StartException failure(String what, Throwable cause) {
        return new StartException("the credential helper " + program() + " " + what, cause);
    }
}
