package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.v1.CommitMode;
import io.agentfense.api.v1.CreateSandboxRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code agentfense} against a server. */
class RemoteCommandsTest {
    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Result(int exitCode, String out, String err) {
        String line() {
            assertThat(exitCode).as(err).isZero();
            return out.strip();
        }
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.agentfense.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("AGENTFENSE_ENDPOINT", server.address());
        return builder;
    }

    private static Result run(String... arguments) throws IOException, InterruptedException {
        Path err = Files.createTempFile(directory, "err", "");
        Process process = command(arguments).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
    }

    @Test
    void aContainerIsAskedForByNameAndRefusedWhereThereIsNoEngine() throws Exception {
        String codebase = server.codebase(Map.of());
        Result refused = run("sandbox", "create", codebase, "--runtime", "docker", "--image", "python:3.11-slim");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("no container engine");
        assertThat(run("sandbox", "create", codebase, "--root").err()).contains("root: only for the runtime docker");
    }

    @Test
    void anUploadSaysWhichSecretsWereInIt() throws Exception {
        String codebase = server.codebase(Map.of());
        Path project = Files.createTempDirectory(directory, "project");
        Files.writeString(project.resolve("key.py"), "\nkey = '" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e'\n");
        Result sent = run("codebase", "upload", codebase, project.toString());
        assertThat(sent.exitCode()).isZero();
        assertThat(sent.err()).contains("a secret was uploaded: key.py:2: stripe-key: sk_l********");
        Path file = project.resolve("key.py");
        assertThat(run("codebase", "upload", codebase, file.toString()).err())
                .contains("a secret was uploaded: key.py:2: stripe-key");
    }

    @Test
    void anIncidentIsHandledByCommandsAlone() throws Exception {
        String sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("a", "1\n")))
                        .addPermissions(TestServer.ALL)
                        .setCommit(CommitMode.COMMIT_MODE_MANUAL)
                        .build())
                .getId();
        server.exec(sandbox, "echo stolen > loot");
        assertThat(run("incident", "isolate", sandbox, "--reason", "probes").line())
                .isEqualTo("FROZEN");
        Result refused = run("exec", sandbox, "--", "true");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("is isolated");
        assertThat(run("incident", "list").line()).contains(sandbox, "user", "FROZEN", "probes");
        assertThat(run("incident", "release", sandbox).line()).isEqualTo(sandbox);
        assertThat(run("incident", "isolate", sandbox, "--json").line()).contains("\"processes\":\"FROZEN\"");

        Path report = directory.resolve("report.tar.gz");
        assertThat(run("incident", "report", sandbox, "-o", report.toString(), "--reason", "case 7")
                        .line())
                .isEqualTo(report.toString());
        assertThat(Files.getPosixFilePermissions(report)).hasSize(2);
        Result again = run("incident", "report", sandbox, "-o", report.toString());
        assertThat(again.exitCode()).isNotZero();
        assertThat(again.err()).contains("is there already");
        Process listing = new ProcessBuilder("tar", "-tzf", report.toString()).start();
        assertThat(new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("incident-" + sandbox + "/delta/000001")
                .endsWith("incident-" + sandbox + "/SHA256SUMS\n");

        assertThat(run("sandbox", "rm", sandbox).exitCode()).isZero();
        assertThat(run("user", "block", "mallory", "--reason", "case 7").line()).isEqualTo("mallory");
        assertThat(run("incident", "isolate", sandbox).err()).contains("sandbox not found");
    }

    @Test
    void whatASandboxRanIntoIsListed() throws Exception {
        String sandbox = server.sandbox(io.agentfense.api.v1.CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of()))
                        .addPermissions(TestServer.ALL)
                        .setResources(
                                io.agentfense.api.v1.ResourceLimits.newBuilder().setDiskBytes(1 << 20))
                        .build())
                .getId();
        server.exec(sandbox, "head -c 3000000 /dev/zero > big");
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () -> assertThat(run("sandbox", "events", sandbox).line())
                                .contains("resource_limit_exceeded")
                                .contains("disk_bytes"));
    }

    @Test
    void anUploadLeavesOutWhatIgnoreFilesNameAndSaysWhy() throws Exception {
        Path project = Files.createDirectories(directory.resolve("ignoring"));
        for (String file : List.of(
                ".env",
                ".git/config",
                "app.py",
                "build/out.o",
                "docs/keep.log",
                "docs/drop.log",
                "new\nline",
                "key.pem")) {
            Path path = project.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "content");
        }
        Files.writeString(project.resolve(".gitignore"), "build/\n*.log\n");
        Files.writeString(project.resolve("docs/.sandboxignore"), "!keep.log\n");
        String codebase = run("codebase", "create", "ignoring", "--owner", "me").line();
        String where = project.toString();

        Result plan = run("codebase", "upload", "--dry-run", "--exclude", "*.pem", codebase, where);
        assertThat(plan.line().lines())
                .contains(
                        "+ app.py",
                        "+ docs/keep.log",
                        "+ new\\x0aline",
                        "- build  (.gitignore: build/)",
                        "- docs/drop.log  (.gitignore: *.log)",
                        "- .env  (built in: .env)",
                        "- .git  (built in: .git)",
                        "- key.pem  (as asked for: *.pem)");
        assertThat(run("codebase", "files", "-r", codebase).line()).doesNotContain("app.py");

        Result sent = run("codebase", "upload", "--exclude", "*.pem", codebase, where);
        assertThat(sent.line()).isEqualTo("5");
        assertThat(sent.err()).contains("5 left out by ignore rules");
        assertThat(run("codebase", "files", "-r", codebase).line())
                .contains("app.py", "docs/keep.log", ".sandboxignore")
                .doesNotContain(".env", "drop.log", "out.o", "key.pem", ".git/");

        assertThat(run("codebase", "upload", "--no-ignore", codebase, where).line())
                .isEqualTo("10");

        Files.writeString(project.resolve(".aiignore"), "app.py\n");
        assertThat(run("codebase", "upload", "--no-ignore", "--agent-ignore", codebase, where)
                        .line())
                .isEqualTo("9");
    }

    @Test
    void aProjectGoesUpIsWorkedOnAndComesBack() throws Exception {
        Path project = Files.createDirectories(directory.resolve("project/src")).getParent();
        Files.writeString(project.resolve("src/run.sh"), "#!/bin/sh\necho ran\n");
        assertThat(project.resolve("src/run.sh").toFile().setExecutable(true)).isTrue();
        Files.writeString(project.resolve(".env"), "SECRET=1");
        String codebase = run("codebase", "create", "demo", "--owner", "me").line();
        run("codebase", "upload", codebase, project.toString()).line();
        assertThat(run("codebase", "files", "-r", codebase).line()).contains("src/run.sh");
        String sandbox = run("sandbox", "create", codebase, "--start").line();

        Result ran = run("exec", sandbox, "--", "sh", "-c", "src/run.sh; ls -a; cat .env; echo out > output/x; exit 3");
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.out()).startsWith("ran\n").doesNotContain(".env");
        assertThat(ran.err()).contains("No such file");
        assertThat(run("sandbox", "denials", sandbox).line()).contains(".env");

        Path copy = directory.resolve("copy");
        run("codebase", "download", codebase, copy.toString()).line();
        assertThat(copy.resolve("output/x")).hasContent("out");
        assertThat(copy.resolve("src/run.sh").toFile().canExecute()).isTrue();
        Path report = directory.resolve("report");
        run("cp", sandbox + ":output/x", report.toString()).line();
        assertThat(report).hasContent("out");
        assertThat(run("sandbox", "ls", "--codebase", codebase).line())
                .contains(sandbox)
                .contains("RUNNING");
        run("sandbox", "rm", sandbox).line();
    }

    @Test
    void aSessionKeepsItsState() throws Exception {
        String sandbox =
                server.sandbox(server.codebase(Map.of()), TestServer.ALL).getId();
        String session = run("session", "create", sandbox).line();
        run("session", "exec", session, "--", "cd /tmp; x=kept").line();
        assertThat(run("session", "exec", session, "--", "echo $PWD $x").line()).isEqualTo("/tmp kept");
        run("session", "rm", session).line();
        assertThat(run("session", "ls", sandbox).line()).contains("CLOSED");
    }

    @Test
    void failuresHaveExitCodesAndSayWhatToDo() throws Exception {
        assertThat(run("sandbox", "get", "sb_0000000000000000").exitCode()).isEqualTo(3);
        assertThat(run("exec", "sb_0000000000000000", "--", "true").exitCode()).isEqualTo(3);
        Result none = run("codebase", "ls", "--server", "127.0.0.1:1");
        assertThat(none.exitCode()).isEqualTo(5);
        assertThat(none.err()).contains("no server answers").contains("agentfense serve");
        assertThat(run("cp", "a", "b").exitCode()).isEqualTo(2);
        Result piped = run("shell", "sb_0000000000000000");
        assertThat(piped.exitCode()).isEqualTo(2);
        assertThat(piped.err()).contains("no terminal").contains("agentfense exec sb_0000000000000000");
    }

    @Test
    void aPortInsideIsReachedAtAPortHere() throws Exception {
        String sandbox = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(Map.of("page", "a page\n")))
                        .addPermissions(TestServer.ALL)
                        .build())
                .getId();
        server.post(
                "/v1/sandboxes/" + sandbox + "/processes",
                "{\"command\": \"busybox httpd -f -p 127.0.0.1:8000 -h /workspace\"}");
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                server.exec(sandbox, "cat /proc/net/tcp").getStdout())
                        .contains(":1F40 "));
        Process forward = command("sandbox", "forward", sandbox, "8000", "--local", "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = forward.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            assertThat(line).endsWith(" leads to port 8000 of " + sandbox);
            URI page = URI.create("http://" + line.substring(0, line.indexOf(' ')) + "/page");
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                                .body())
                        .isEqualTo("a page\n");
            }
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }
}
