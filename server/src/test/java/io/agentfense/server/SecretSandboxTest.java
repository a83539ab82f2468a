package io.agentfense.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with credentials in the codebases of sandboxes: told, a reason not to start, or not there at all. */
class SecretSandboxTest {
    /** In two parts, so that nobody finds one here. */
    private static final String TOKEN = "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e";

    private static final String SECRET = "stripe = \"" + TOKEN + "\"\n";

    /** The strongest that anybody could write. */
    private static final PermissionRule EVERYTHING =
            TestServer.rule("/**", Permission.PERMISSION_WRITE, Integer.MAX_VALUE);

    @TempDir
    static Path directory;

    @TempDir
    static Path roots;

    private static TestServer server;
    private Path base;
    private String codebase;
    private String sandbox = "";

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, keys("off"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Map<String, String> keys(String mode) {
        return Map.of(
                "secrets.sandboxes", mode, "secrets.allow", "/allowed/**", "storage.local_roots", roots.toString());
    }

    @BeforeEach
    void makeCodebase() throws Exception {
        base = Files.createTempDirectory(roots, "base");
        write("plain.py", "print('hello')\n");
        codebase = server.codebases()
                .createCodebase(CreateCodebaseRequest.newBuilder()
                        .setName("project")
                        .setOwnerId("user")
                        .setLocalPath(base.toString())
                        .build())
                .getId();
    }

    @AfterEach
    void destroy() throws Exception {
        server.delete("/v1/codebases/" + codebase + "?force=true");
    }

    private Path write(String name, String content) throws IOException {
        Path file = base.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private String started(String mode) throws Exception {
        server.daemon().reload(TestServer.config(directory, keys(mode)).config());
        sandbox = server.sandbox(codebase, EVERYTHING).getId();
        return sandbox;
    }

    private String run(String command) {
        return runIn(sandbox, command);
    }

    private static String runIn(String id, String command) {
        return server.exec(id, "{ " + command + "; } 2>&1; true").getStdout();
    }

    private List<String> told(String outcome) throws IOException {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit"))) {
            return reader.list(AuditQuery.ALL.of(Set.of("secret_found"))).stream()
                    .map(AuditRecord::event)
                    .filter(event -> codebase.equals(event.fields().get("codebase_id")))
                    .filter(event -> outcome.equals(event.fields().get("outcome")))
                    .map(event -> event.fields().get("path") + " "
                            + event.fields().get("rule") + " " + event.fields().get("line"))
                    .toList();
        }
    }

    @Test
    void withHideNoProgramSeesTheFileWhateverTheRulesSay() throws Exception {
        write("conf/key.py", SECRET);
        write("conf/other.py", "x = 1\n");
        Files.createLink(base.resolve("plain-name"), base.resolve("conf/key.py"));
        started("hide");
        assertThat(run("cat conf/key.py plain-name"))
                .contains("conf/key.py: No such file", "plain-name: No such file")
                .doesNotContain(TOKEN);
        assertThat(run("ls -a . conf; find .; stat conf/key.py"))
                .contains("other.py")
                .doesNotContain("key.py\n", "plain-name\n");
        assertThat(run("grep -r stripe .; cp -r . /tmp/copy; grep -r stripe /tmp/copy"))
                .isEmpty();
        assertThat(run("ln conf/key.py mine; mv conf/key.py mine; mv conf elsewhere; cat mine elsewhere/key.py"))
                .doesNotContain(TOKEN);
        assertThat(run("ln -s conf/key.py soft; cat soft; cat /proc/self/cwd/conf/key.py"))
                .doesNotContain(TOKEN);
        assertThat(run("cat plain.py")).isEqualTo("print('hello')\n");
        assertThat(base.resolve("conf/key.py")).hasContent(SECRET);
        assertThat(told("hidden")).containsExactlyInAnyOrder("conf/key.py stripe-key 1", "plain-name stripe-key 1");
    }

    @Test
    void explainSaysWhyAndSoDoDenials() throws Exception {
        write("key.py", SECRET);
        started("hide");
        JsonNode why = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/explain?path=/workspace/key.py"));
        assertThat(why.get("withheld").asText()).isEqualTo("the file holds a secret (stripe-key in line 1)");
        assertThat(why.get("permission").asText()).isEqualTo("PERMISSION_NONE");
        assertThat(why.get("rule").get("pattern").asText()).isEqualTo("/key.py");
        JsonNode plain = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/explain?path=/workspace/plain.py"));
        assertThat(plain.get("withheld").asText()).isEmpty();
        run("cat key.py");
        JsonNode denials = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/denials"));
        assertThat(denials.toString()).contains("/workspace/key.py", "\"pattern\":\"/key.py\"");
    }

    /** Each of these is another file's pattern too. */
    @ParameterizedTest
    @ValueSource(strings = {"*", "k*y", "[key]", "{key,kly}", "new\nline", "back\\slash", "?"})
    void namesAreTakenLiterally(String name) throws Exception {
        write("d/" + name, SECRET);
        write("d/key", "plain\n");
        write("d/k", "plain\n");
        started("hide");
        assertThat(run("cat d/*")).isEqualTo("plain\nplain\n");
    }

    @Test
    void aFileThatWasMadeToCostMuchIsHiddenToo() throws Exception {
        write("costly", "glrt-".repeat(200_000));
        started("hide");
        assertThat(run("ls")).isEqualTo("plain.py\n");
        assertThat(told("hidden")).containsExactly("costly not-fully-scanned 0");
    }

    @Test
    void whatIsAllowedIsThere() throws Exception {
        write("allowed/key.py", SECRET);
        started("hide");
        assertThat(run("cat allowed/key.py")).isEqualTo(SECRET);
        assertThat(told("hidden")).isEmpty();
    }

    @Test
    void aFileThatBecomesASecretOnTheHostIsGoneForWhoHasItOpenToo() throws Exception {
        started("hide");
        write("later.py", "x = 1\n");
        assertThat(run("cat later.py")).isEqualTo("x = 1\n");
        String loop =
                "exec 3<later.py; until ! ls later.py; do sleep 0.05; done; cat later.py <&3; cat /proc/self/fd/3";
        Thread edit = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(300);
                write("later.py", SECRET);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(run(loop)).doesNotContain(TOKEN);
        edit.join();
        write("later.py", "x = 2\n");
        await().until(() -> run("cat later.py").equals("x = 2\n"));
    }

    @Test
    void whatIsMadeAndMovedOnTheHostIsHidden() throws Exception {
        started("hide");
        write("new/deep/key.py", SECRET);
        await().until(() -> run("find new").indexOf("key.py") < 0);
        Files.move(base.resolve("new"), base.resolve("moved"));
        await().until(() -> run("find moved").indexOf("key.py") < 0);
        assertThat(run("grep -r stripe .")).isEmpty();
    }

    /** What the server itself changes needs no patience. */
    @Test
    void whatIsUploadedIsHiddenWhenTheUploadReturns() throws Exception {
        started("hide");
        server.put("/v1/codebases/" + codebase + "/files/up.py", SECRET);
        assertThat(run("cat up.py; ls")).contains("No such file").doesNotContain(TOKEN, "\nup.py");
        server.put("/v1/codebases/" + codebase + "/files/up.py", "x = 1\n");
        assertThat(run("cat up.py")).isEqualTo("x = 1\n");
    }

    @Test
    void whatASandboxCommitsIsHiddenFromOthersAndStaysItsOwn() throws Exception {
        String writer = started("hide");
        String other = started("hide");
        assertThat(runIn(writer, "printf '%s' '" + SECRET.strip() + "' > own.py; cat own.py"))
                .contains(TOKEN);
        assertThat(base.resolve("own.py")).hasContent(SECRET.strip());
        assertThat(runIn(other, "cat own.py; ls")).contains("No such file").doesNotContain(TOKEN);
        assertThat(runIn(writer, "cat own.py")).contains(TOKEN);
        assertThat(runIn(writer, "echo '# more' >> own.py; cat own.py")).contains(TOKEN, "# more");
        assertThat(base.resolve("own.py")).content(UTF_8).endsWith("# more\n");
        assertThat(runIn(other, "ls")).doesNotContain("own.py");

        // Once somebody else has written it, it is the writer's no more.
        write("own.py", SECRET + "# by the host\n");
        await().until(() -> !runIn(writer, "ls").contains("own.py"));
        assertThat(runIn(writer, "cat own.py")).doesNotContain(TOKEN);
    }

    @Test
    void aChangeOfRulesGivesNothingBack() throws Exception {
        write("key.py", SECRET);
        started("hide");
        server.send(server.request("/v1/sandboxes/" + sandbox + "/permissions")
                .header("content-type", "application/json")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"permissions\": [{\"pattern\": \"/key.py\", \"type\": \"PATTERN_TYPE_FILE\","
                                + " \"permission\": \"PERMISSION_WRITE\", \"priority\": 2147483647}, {\"pattern\": \"/**\","
                                + " \"permission\": \"PERMISSION_READ\"}]}"))
                .build());
        assertThat(run("touch new")).contains("denied");
        assertThat(run("cat key.py")).contains("No such file");
    }

    @Test
    void theNextStartHidesWhatChangedInBetweenAndShowsWhatIsNoSecretAnyMore() throws Exception {
        write("a.py", SECRET);
        write("b.py", "x\n");
        started("hide");
        assertThat(run("ls")).isEqualTo("b.py\nplain.py\n");
        server.post("/v1/sandboxes/" + sandbox + "/stop", "");
        write("a.py", "y\n");
        write("b.py", SECRET);
        server.post("/v1/sandboxes/" + sandbox + "/start", "");
        assertThat(run("ls")).isEqualTo("a.py\nplain.py\n");
        server.post("/v1/sandboxes/" + sandbox + "/stop", "");
        server.daemon().reload(TestServer.config(directory, keys("off")).config());
        server.post("/v1/sandboxes/" + sandbox + "/start", "");
        assertThat(run("ls")).isEqualTo("a.py\nb.py\nplain.py\n");
    }

    @Test
    void withBlockNothingStarts() throws Exception {
        write("key.py", "\n" + SECRET);
        assertThatThrownBy(() -> started("block")).satisfies(e -> {
            Status status = Status.fromThrowable(e);
            assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(status.getDescription())
                    .contains("/key.py (stripe-key in line 2)")
                    .doesNotContain(TOKEN);
        });
        assertThat(told("refused")).containsExactly("key.py stripe-key 2");
        write("key.py", "clean\n");
        started("block");
        assertThat(run("cat key.py")).isEqualTo("clean\n");
    }

    @Test
    void withWarnItIsWrittenDownAndNothingElseAlsoLater() throws Exception {
        write("key.py", SECRET);
        started("warn");
        assertThat(run("cat key.py")).isEqualTo(SECRET);
        write("other.py", SECRET);
        await().until(() -> told("warned").size() == 2);
        assertThat(told("warned")).containsExactly("key.py stripe-key 1", "other.py stripe-key 1");
        JsonNode event = TestServer.json(server.get("/v1/sandboxes/" + sandbox + "/events"))
                .get("events")
                .get(0);
        assertThat(event.get("event").asText()).isEqualTo("secret_found");
        assertThat(event.get("path").asText()).isEqualTo("key.py");
        assertThat(event.get("line").asLong()).isEqualTo(1);
        assertThat(event.get("outcome").asText()).isEqualTo("warned");
        assertThat(server.get("/metrics").body()).contains("agentfense_secrets_found_total{outcome=\"warned\"}");
    }

    @Test
    void withOffNobodyLooks() throws Exception {
        write("key.py", SECRET);
        started("off");
        assertThat(run("cat key.py")).isEqualTo(SECRET);
        assertThat(told("warned")).isEmpty();
    }
}
