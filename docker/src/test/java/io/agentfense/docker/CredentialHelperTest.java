package io.agentfense.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.AuthConfig;
import io.agentfense.sandbox.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins that programs keep, with a real registry that lets nobody else in. */
class CredentialHelperTest {
    private static final String KNOWS_NOTHING = "echo credentials not found in native keychain; exit 1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private void helper(String name, String script) throws IOException {
        Path program = directory.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** One that answers for the tests' registry alone, and only to the right question. */
    private static String knowing(String password) {
        return "read registry; [ \"$1 $registry\" = \"get " + TestRegistry.ADDRESS + "\" ] || exit 3\n"
                + "echo '{\"ServerURL\": \"x\", \"Username\": \"" + TestRegistry.USER + "\", \"Secret\": \"" + password
                + "\"}'";
    }

    private void pull(TestRegistry registry, String config) throws Exception {
        String image = registry.push(TestEngine.BUSYBOX, "private/helped:1");
        try (var _ = TestRegistry.login(directory, config);
                Engine engine = Engine.at(TestEngine.host(), "/nowhere:" + directory)) {
            assertThat(new Images(engine, true).get(image, waiting -> {}).id()).startsWith("sha256:");
        }
        TestEngine.docker("rmi", image);
    }

    private CredentialHelper named(String name) {
        return new CredentialHelper(name, directory.toString(), PATIENCE);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String name) {
        return assertThatThrownBy(() -> named(name).get("registry.example")).isInstanceOf(StartException.class);
    }

    @Test
    void aPrivateImageIsPulledWithTheLoginThatAProgramKeeps() throws Exception {
        helper("right", knowing(TestRegistry.PASSWORD));
        helper("wrong", knowing("guessed"));
        helper("empty", KNOWS_NOTHING);
        try (TestRegistry registry = TestRegistry.start()) {
            pull(registry, "{\"credsStore\": \"right\", \"auths\": {\"127.0.0.1:5000\": {}}}");
            String own = "{\"credsStore\": \"wrong\", \"credHelpers\": {\"127.0.0.1:5000\": \"%s\"}}";
            pull(registry, own.formatted("right"));
            for (String program : new String[] {"wrong", "empty"}) {
                assertThatThrownBy(() -> pull(registry, "{\"credsStore\": \"" + program + "\"}"))
                        .isInstanceOf(StartException.class)
                        .hasMessageContaining("can't be pulled")
                        .hasMessageContaining("docker login");
            }
        }
    }

    @Test
    void aSecretOfTheUserTokenIsAnIdentityToken() throws Exception {
        helper("token", "echo '{\"ServerURL\": \"x\", \"Username\": \"<token>\", \"Secret\": \"abc\"}'");
        AuthConfig login = named("token").get("registry.example").orElseThrow();
        assertThat(login.getIdentitytoken()).isEqualTo("abc");
        assertThat(login.getPassword()).isNull();
        assertThat(login.getUsername()).isNull();
    }

    @Test
    void aProgramThatHasNoLoginGivesNone() throws Exception {
        helper("empty", KNOWS_NOTHING);
        assertThat(named("empty").get("registry.example")).isEmpty();
    }

    @Test
    void aProgramThatIsMissingIsNamed() throws Exception {
        assertRefused("absent").hasMessageContaining("docker-credential-absent").hasMessageContaining("PATH");
        helper("there", knowing("x"));
        Path here = Path.of("").toAbsolutePath().relativize(directory.toAbsolutePath());
        assertThatThrownBy(() -> new CredentialHelper("there", here.toString(), PATIENCE).get("registry.example"))
                .hasMessageContaining("is not on the server's PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../there", "a/b", "", " x", ".x"})
    void whatCanBeNoProgramsNameIsNotLookedFor(String name) {
        assertRefused(name).hasMessageContaining("can be no program's");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo swordfish; exit 7",
                "echo swordfish >&2; exit 7",
                "echo swordfish",
                "echo '{\"Secret\": swordfish}'",
                "echo '{\"Username\": \"swordfish\"}'",
                "yes swordfish",
            })
    void aProgramThatFailsIsNamedAndNothingThatItPrintedIsTold(String script) throws Exception {
        helper("failing", script);
        assertRefused("failing")
                .hasMessageContaining("docker-credential-failing")
                .satisfies(
                        refusal -> assertThat(Throwables.getStackTrace(refusal)).doesNotContain("swordfish"));
    }

    @Test
    void aProgramThatNeverAnswersIsEndedWithWhatItStarted() throws Exception {
        helper("slow", "sleep 1000 & echo $! $$ > " + directory + "/slow; wait");
        var slow = new CredentialHelper("slow", directory.toString(), Duration.ofSeconds(1));
        assertThatThrownBy(() -> slow.get("registry.example")).hasMessageContaining("did not answer within 1 s");
        for (String process :
                Files.readString(directory.resolve("slow")).strip().split(" ")) {
            assertThat(ProcessHandle.of(Long.parseLong(process)).filter(CredentialHelperTest::runsOn))
                    .isEmpty();
        }
    }

    /** A zombie does not. */
    private static boolean runsOn(ProcessHandle process) {
        process.onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(e -> process)
                .join();
        return process.isAlive() && process.info().command().isPresent();
    }

    @Test
    void whatIsWrongInTheFileIsSaidWithoutItsContent() throws Exception {
        try (var _ = TestRegistry.login(directory, "{}");
                Engine engine = Engine.at(TestEngine.host(), directory.toString())) {
            Files.writeString(directory.resolve("config.json"), "{\n \"auths\": swordfish}");
            assertThatThrownBy(() -> engine.logins().of("registry.example/x:1"))
                    .hasMessageContaining("in line 2")
                    .satisfies(refusal ->
                            assertThat(Throwables.getStackTrace(refusal)).doesNotContain("swordfish"));
        }
    }
}
