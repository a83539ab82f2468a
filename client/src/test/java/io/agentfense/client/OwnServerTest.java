package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a server anywhere one is started, and nothing of it is left behind. */
class OwnServerTest {
    private static final String NOWHERE = "127.0.0.1:1";

    @TempDir
    Path directory;

    /** A process of its own, which has a server of its own. */
    static final class Use {
        private Use() {}

        public static void main(String[] arguments) throws IOException {
            Path project = Path.of(arguments[0]);
            for (int i = 0; i < 2; i++) {
                try (AgentFenseClient client = ClientBuilder.orOwnServer(System.getenv(), NOWHERE);
                        Sandbox sandbox = client.fromLocal(project)
                                .preset(Presets.READ_ONLY)
                                .start()) {
                    IO.println(sandbox.run("cat app").output());
                }
            }
            IO.println(OwnServer.get(System.getenv(), NOWHERE).endpoint());
            if (System.in.read() >= 0) {
                throw new AssertionError("the input has nothing");
            }
        }
    }

    private Process use() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        String classPath = System.getProperty("java.class.path");
        Path project =
                Project.in(directory.resolve("project")).file("app", "ran").directory();
        ProcessBuilder builder = new ProcessBuilder(
                        java,
                        "-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("place")),
                        "-cp",
                        classPath,
                        Use.class.getName(),
                        project.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("AGENTFENSE_ENDPOINT");
        builder.environment().put("AGENTFENSE_SERVER", program(java, classPath));
        // No setting of the environment opens it to others.
        builder.environment().put("AGENTFENSE_AUTH_MODE", "none");
        builder.environment().put("AGENTFENSE_SERVER_INSECURE", "true");
        return builder.start();
    }

    private static String program(String java, String classPath) {
        return "'" + java + "' --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 '-Dagentfense.guest="
                + Guest.PROGRAM + "' -cp '" + classPath + "' io.agentfense.server.Main";
    }

    private boolean nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("place"))) {
            return left.noneMatch(path -> path.getFileName().toString().startsWith("agentfense-"));
        }
    }

    private static Endpoint served(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ran");
        assertThat(out.readLine()).isEqualTo("ran");
        return Endpoint.of(out.readLine());
    }

    @Test
    void oneServerIsStartedForAllAndEndsWithTheProcess() throws Exception {
        Process process = use();
        Endpoint endpoint = served(process);
        assertThat(endpoint.answers()).isTrue();
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
        assertThat(endpoint.answers()).isFalse();
        assertThat(nothingIsLeft()).isTrue();
    }

    @Test
    void itEndsWithAProcessThatIsKilledAndTakesNoStranger() throws Exception {
        Process process = use();
        Endpoint endpoint = served(process);
        try (AgentFenseClient stranger =
                new ClientBuilder(Map.of()).endpoint(endpoint.toString()).build()) {
            assertThatThrownBy(() -> stranger.codebases().list()).isInstanceOf(AuthenticationException.class);
        }
        process.destroyForcibly().waitFor();
        await().until(() -> !endpoint.answers());
        await().until(this::nothingIsLeft);
    }

    @Test
    void withoutAProgramTheErrorSaysHowToStartOne() {
        assertThatThrownBy(() -> ClientBuilder.orOwnServer(Map.of("PATH", "/nowhere"), NOWHERE))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContainingAll("agentfense serve", "AGENTFENSE_SERVER", "AGENTFENSE_ENDPOINT", NOWHERE);
    }

    @Test
    void aProgramThatDoesNotStartIsAnError() {
        assertThatThrownBy(() -> ClientBuilder.orOwnServer(Map.of("AGENTFENSE_SERVER", "/bin/false"), NOWHERE))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("none could be started");
    }

    @Test
    void noServerTakesThePlaceOfOneThatWasNamed() {
        Map<String, String> environment = Map.of("AGENTFENSE_ENDPOINT", NOWHERE, "AGENTFENSE_SERVER", "/bin/false");
        try (AgentFenseClient client = ClientBuilder.orOwnServer(environment, NOWHERE)) {
            assertThatThrownBy(client::sandboxes)
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageNotContaining("started:");
        }
    }
}
