package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.api.v1.StopSandboxRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentfense shell} in a real terminal, in a sandbox of a server and over a directory. */
class ShellTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    static Path directory;

    private static TestServer server;

    @TempDir
    private Path scratch;

    private String sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        sandbox = server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
    }

    /** The command with these arguments in a terminal of 31 by 101, whose modes are kept from before and after. */
    private Pty open(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Dagentfense.guest=" + Guest.PROGRAM,
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.cli.Main",
                "shell"));
        command.addAll(List.of(arguments));
        String words = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Path script = Files.writeString(scratch.resolve("script"), """
                tty
                stty rows 31 columns 101
                stty -g > %1$s/before
                %2$s
                code=$?
                stty -g > %1$s/after
                exit $code
                """.formatted(scratch, words));
        return new Pty(
                script,
                Map.of(
                        "AGENTFENSE_ENDPOINT",
                        server.address(),
                        "AGENTFENSE_STATE",
                        scratch.resolve("state").toString()));
    }

    private void assertRestored() throws IOException {
        assertThat(Files.readString(scratch.resolve("after")))
                .isEqualTo(Files.readString(scratch.resolve("before")))
                .isNotEmpty();
    }

    /** Sizes, bytes and the exit code, and the terminal as it was. */
    private void converse(Pty pty) throws Exception {
        pty.type("echo rea''dy\n");
        await().atMost(PATIENCE).until(() -> pty.shown().contains("ready"));
        pty.type("stty size; tty\n");
        await().until(() -> pty.shown().contains("31 101"));
        pty.resize(41, 121);
        await().until(() -> {
            pty.type("stty size\n");
            return pty.shown().contains("41 121");
        });
        pty.type("echo slee''ps; sleep 1000\n");
        await().until(() -> pty.shown().contains("sleeps"));
        pty.type("\u0003");
        pty.type("exit 7\n");
    }

    @Test
    void aShellInASandboxOfAServerIsLikeALocalOne() throws Exception {
        try (Pty pty = open("--env", "GREETING=hello there", "--workdir", "/tmp", sandbox)) {
            pty.type("echo $GREETING from $PWD\n");
            await().atMost(PATIENCE).until(() -> pty.shown().contains("hello there from /tmp"));
            converse(pty);
            assertThat(pty.exitCode()).isEqualTo(7);
        }
        assertRestored();
    }

    @Test
    void aShellOverADirectoryIsToo() throws Exception {
        Path base = Files.createDirectories(scratch.resolve("base"));
        try (Pty pty = open("--discard", base.toString())) {
            converse(pty);
            assertThat(pty.exitCode()).isEqualTo(7);
        }
        assertRestored();
    }

    private boolean runs(String pattern) {
        return server.exec(sandbox, "pgrep -f '" + pattern + "'").getExitCode() == 0;
    }

    @Test
    void aSignalThatEndsItRestoresTheTerminalAndEndsTheShell() throws Exception {
        try (Pty pty = open(sandbox)) {
            pty.type("exec sleep 4747\n");
            await().atMost(PATIENCE).until(() -> runs("[s]leep 4747"));
            pty.java().destroy();
            assertThat(pty.exitCode()).isEqualTo(143);
        }
        assertRestored();
        await().until(() -> !runs("[s]leep 4747"));
    }

    @Test
    void theEndOfTheSandboxEndsItAndRestoresTheTerminal() throws Exception {
        try (Pty pty = open("--shell", "sh", sandbox)) {
            pty.type("echo rea''dy\n");
            await().atMost(PATIENCE).until(() -> pty.shown().contains("ready"));
            server.sandboxes()
                    .stopSandbox(StopSandboxRequest.newBuilder()
                            .setSandboxId(sandbox)
                            .build());
            assertThat(pty.exitCode()).isNotZero();
        }
        assertRestored();
    }

    @Test
    void refusalsSayWhatIsWrong() throws Exception {
        record Case(int exitCode, String told, List<String> arguments) {}
        for (Case each : List.of(
                new Case(3, "sandbox not found", List.of("sb_0000000000000000")),
                new Case(3, "sandbox not found", List.of("sb_mistyped")),
                new Case(5, "no server answers", List.of("--server", "127.0.0.1:1", sandbox)),
                new Case(2, "workdir:", List.of("--workdir", "/etc", sandbox)),
                new Case(2, "--memory has no effect", List.of("--memory", "1g", sandbox)),
                new Case(2, "--preset has no effect", List.of("--preset", "agent-safe", sandbox)),
                new Case(2, "--apply has no effect", List.of("--apply", sandbox)),
                new Case(2, "--server has no effect", List.of("--server", "127.0.0.1:1", scratch.toString())))) {
            try (Pty pty = open(each.arguments.toArray(String[]::new))) {
                assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(each.exitCode);
                assertThat(pty.shown()).contains(each.told);
            }
            assertRestored();
        }
    }
}
