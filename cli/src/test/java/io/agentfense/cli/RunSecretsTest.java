package io.agentfense.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --secrets}, over real sandboxes. */
class RunSecretsTest {
    /** In two parts, so that nobody finds one here. */
    private static final String SECRET = "key = \"" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e\"\n";

    @TempDir
    Path scratch;

    private Path base;
    private Agentfense agentfense;

    @BeforeEach
    void prepare() throws IOException {
        agentfense = new Agentfense(scratch.resolve("state"));
        base = Files.createDirectories(scratch.resolve("base"));
        Files.writeString(base.resolve("key.py"), SECRET);
        Files.writeString(base.resolve("app.py"), "print()\n");
    }

    private Ended run(String mode, String script, String... more) throws Exception {
        String[] first = {"run", "--rule", "/**=write@2147483647", "--secrets", mode};
        String[] last = {base.toString(), "--", "sh", "-c", script};
        String[] all = new String[first.length + more.length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        System.arraycopy(last, 0, all, first.length + more.length, last.length);
        return agentfense.run(all);
    }

    @Test
    void withHideTheFileIsNotThereAndThatIsSaid() throws Exception {
        Ended ended = run("hide", "ls *.py; cat key.py; cat app.py");
        assertThat(ended.out()).isEqualTo("app.py\nprint()\n");
        assertThat(ended.err()).contains("hidden, since it holds a secret: /key.py:1: stripe-key", "No such file");
    }

    @Test
    void withHideAFileThatBecomesASecretGoesWhileItRuns() throws Exception {
        Files.writeString(base.resolve("later.py"), "x = 1\n");
        Thread edit = Thread.ofPlatform().start(() -> {
            try {
                while (!isInDelta("ready")) {
                    Thread.sleep(10);
                }
                Files.writeString(base.resolve("later.py"), SECRET);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Ended ended = run(
                "hide",
                "cat later.py; touch ready; until ! cat later.py >/dev/null 2>&1; do sleep 0.05; done; ls *.py");
        edit.join();
        assertThat(ended.out()).isEqualTo("x = 1\napp.py\n");
        assertThat(ended.err()).contains("/later.py:1: stripe-key");
    }

    /** What a command does shows on the host in its delta, before it ends. */
    private boolean isInDelta(String name) throws IOException {
        try (Stream<Path> files = Files.walk(scratch.resolve("state"))) {
            return files.anyMatch(file -> file.endsWith(name));
        } catch (NoSuchFileException | UncheckedIOException e) {
            // It is just being made.
            return false;
        }
    }

    @Test
    void whatTheCommandWritesIsItsOwnAndLands() throws Exception {
        Ended ended = run("hide", "printf '" + SECRET.strip() + "' > own.py && cat own.py && rm -f key.py", "--apply");
        assertThat(ended.out()).isEqualTo(SECRET.strip());
        assertThat(base.resolve("own.py")).hasContent(SECRET.strip());
        assertThat(base.resolve("key.py")).hasContent(SECRET);
    }

    @Test
    void withBlockNothingRuns() throws Exception {
        Ended ended = run("block", "echo ran");
        assertThat(ended.exitCode()).isEqualTo(125);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("/key.py:1: stripe-key", "nothing was run");
        assertThat(run("block", "echo ran", "--allow-secrets", "/key.py").out()).isEqualTo("ran\n");
    }

    @Test
    void withWarnItIsToldAndThere() throws Exception {
        Ended ended = run("warn", "cat key.py");
        assertThat(ended.out()).isEqualTo(SECRET);
        assertThat(ended.err()).contains("a file with a secret: /key.py:1: stripe-key");
    }

    @Test
    void withoutTheOptionNobodyLooks() throws Exception {
        Ended ended = run("off", "cat key.py");
        assertThat(ended.out()).isEqualTo(SECRET);
        assertThat(ended.err()).doesNotContain("stripe-key");
    }
}
