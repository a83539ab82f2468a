package io.agentfense.server;

import static io.agentfense.api.v1.Permission.PERMISSION_NONE;
import static io.agentfense.api.v1.Permission.PERMISSION_READ;
import static io.agentfense.api.v1.Permission.PERMISSION_VIEW;
import static io.agentfense.api.v1.Permission.PERMISSION_WRITE;
import static io.agentfense.server.TestServer.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.ours.v1.ExplainRequest;
import io.agentfense.api.ours.v1.RuleServiceGrpc;
import io.agentfense.api.ours.v1.UpdateRulesRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.PatternType;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.api.v1.SandboxServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rules of a sandbox let its programs see and do, from the request to the program's own error message. */
class ViewTest {
    private static final Map<String, String> TREE = Map.of(
            "docs/readme.md", "# Readme",
            "docs/secret.txt", "secret",
            "src/main.py", "print(1)",
            "src/utils.py", "pass",
            "config.yaml", "key: value");

    private static final PermissionRule ALL_NONE = rule("/**", PERMISSION_NONE, -1);

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

    private static PermissionRule file(String path, Permission permission) {
        return rule(path, permission).toBuilder()
                .setType(PatternType.PATTERN_TYPE_FILE)
                .build();
    }

    private static PermissionRule tree(String path, Permission permission) {
        return rule(path, permission).toBuilder()
                .setType(PatternType.PATTERN_TYPE_DIRECTORY)
                .build();
    }

    private static String sandbox(PermissionRule... rules) throws Exception {
        return server.sandbox(server.codebase(TREE), rules).getId();
    }

    private static void assertDenied(String sandbox, String command, String why) {
        ExecResult result = server.exec(sandbox, command);
        assertThat(result.getExitCode()).as(command).isNotZero();
        assertThat(result.getStderr()).as(command).containsIgnoringCase(why);
    }

    private static void assertDone(String sandbox, String command) {
        ExecResult result = server.exec(sandbox, command);
        assertThat(result.getStderr()).as(command).isEmpty();
        assertThat(result.getExitCode()).as(command).isZero();
    }

    /** Which rule decides is the policy's, and its vectors'; here it is that the API's form of a rule means the same. */
    @ParameterizedTest
    @EnumSource
    void everyKindOfRuleMeansWhatItSays(Face face) throws Exception {
        String id = create(
                face,
                file("/config.yaml", PERMISSION_READ),
                tree("/docs/", PERMISSION_WRITE),
                rule("*.md", PERMISSION_READ),
                rule("**/*.py", PERMISSION_VIEW),
                rule("/priority/**", PERMISSION_READ, 1),
                tree("/priority/tree", PERMISSION_WRITE).toBuilder()
                        .setPriority(10)
                        .build(),
                file("/priority/tree/f", PERMISSION_NONE).toBuilder()
                        .setPriority(100)
                        .build(),
                PermissionRule.newBuilder().setPattern("/unspecified").build(),
                ALL_NONE);
        Map.ofEntries(
                        Map.entry("/config.yaml", PERMISSION_READ),
                        Map.entry("config.yaml", PERMISSION_READ),
                        Map.entry("//config.yaml", PERMISSION_READ),
                        Map.entry("/./config.yaml", PERMISSION_READ),
                        Map.entry("/some/path/config.yaml", PERMISSION_NONE),
                        Map.entry("/other.yaml", PERMISSION_NONE),
                        Map.entry("/docs", PERMISSION_WRITE),
                        Map.entry("/docs/", PERMISSION_WRITE),
                        Map.entry("/docs/sub/file.txt", PERMISSION_WRITE),
                        Map.entry("/other/docs/file.txt", PERMISSION_NONE),
                        Map.entry("/readme.md", PERMISSION_READ),
                        Map.entry("/guide/guide.md", PERMISSION_NONE),
                        Map.entry("/src/main.py", PERMISSION_VIEW),
                        Map.entry("/src/lib/utils.py", PERMISSION_VIEW),
                        Map.entry("/priority/x", PERMISSION_READ),
                        Map.entry("/priority/tree/x", PERMISSION_WRITE),
                        Map.entry("/priority/tree/f", PERMISSION_NONE),
                        Map.entry("/unspecified", PERMISSION_NONE))
                .forEach((path, level) ->
                        assertThat(level(face, id, path)).as(path).isEqualTo(level));
        assertThat(level(face, create(face), "/anything")).isEqualTo(PERMISSION_NONE);
    }

    private static String create(Face face, PermissionRule... rules) throws Exception {
        CreateSandboxRequest.Builder request =
                CreateSandboxRequest.newBuilder().setCodebaseId(server.codebase(Map.of()));
        for (PermissionRule rule : rules) {
            request.addPermissions(rule);
        }
        return face.call(server, SandboxServiceGrpc.getCreateSandboxMethod(), request.build())
                .getId();
    }

    private static Permission level(Face face, String sandbox, String path) {
        return face.call(
                        server,
                        RuleServiceGrpc.getExplainMethod(),
                        ExplainRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .setPath(path)
                                .build())
                .getPermission();
    }

    @Test
    void listingsHoldWhatMayBeSeen() throws Exception {
        PermissionRule secret = file("/docs/secret.txt", PERMISSION_NONE);
        String id = sandbox(rule("**/*", PERMISSION_READ), tree("/docs", PERMISSION_WRITE), secret);
        assertThat(server.exec(id, "ls -A").getStdout()).isEqualTo("config.yaml\ndocs\nsrc\n");
        assertThat(server.exec(id, "ls -A docs").getStdout()).isEqualTo("readme.md\n");
        assertDenied(id, "cat docs/secret.txt", "No such file");
        assertDenied(id, "ls docs/secret.txt", "No such file");
        assertDenied(id, "echo x > docs/secret.txt", "Permission denied");
    }

    @Test
    void readingNeedsReadAndTheWayThereIsVisible() throws Exception {
        String id = sandbox(ALL_NONE, file("/docs/readme.md", PERMISSION_READ), file("/src/main.py", PERMISSION_VIEW));
        assertThat(server.exec(id, "cat docs/readme.md").getStdout()).isEqualTo("# Readme");
        assertThat(server.exec(id, "find . -type f | sort").getStdout()).isEqualTo("./docs/readme.md\n./src/main.py\n");
        assertDenied(id, "cat src/main.py", "Permission denied");
        assertThat(server.exec(id, "stat -c %s src/main.py").getStdout()).isEqualTo("8\n");
        assertDenied(id, "stat config.yaml", "No such file");
        assertDone(id, "[ ! -r src/main.py ] && [ -r docs/readme.md ] && [ ! -w docs/readme.md ]");
    }

    @Test
    void changingNeedsWrite() throws Exception {
        String id = sandbox(rule("**/*", PERMISSION_READ), tree("/docs", PERMISSION_WRITE));
        for (String refused : new String[] {
            "echo x > src/main.py", "echo x >> src/main.py", "truncate -s 1 src/main.py", "touch src/new",
                    "mkdir src/d",
            "rm -f src/main.py", "mv src/main.py src/x", "cp docs/readme.md src/x", "ln -s x src/l",
                    "touch -d 2001-01-01 src/main.py",
            "chmod 777 src/main.py", "mv docs/readme.md src/main.py"
        }) {
            assertDenied(id, refused, "denied");
        }
        assertThat(server.exec(id, "cat src/main.py; ls src").getStdout()).isEqualTo("print(1)main.py\nutils.py\n");
        assertDone(id, "echo new > docs/new; mkdir docs/d; mv docs/new docs/d/moved; echo x >> docs/readme.md");
        assertDone(
                id,
                "truncate -s 3 docs/readme.md; chmod 600 docs/readme.md; ln -s readme.md docs/link; rm docs/secret.txt");
        assertThat(server.exec(id, "cat docs/link; cat docs/d/moved; ls docs").getStdout())
                .isEqualTo("# Rnew\nd\nlink\nreadme.md\n");
        assertDone(id, "rm -r docs/d");
        assertDone(id, "head -c 1048576 /dev/zero > docs/large && [ $(stat -c %s docs/large) = 1048576 ]");
        assertThat(server.exec(id, "dd if=docs/readme.md bs=1 skip=2 count=1 status=none")
                        .getStdout())
                .isEqualTo("R");
        assertDone(
                id,
                "for i in 1 2 3 4 5; do (echo $i > docs/w$i; cat docs/w$i > /dev/null) & cat docs/readme.md >/dev/null & done;"
                        + " wait; cat docs/w1 docs/w5 > /dev/null");
    }

    @Test
    void linksOfTheCodebaseAreReadWhereTheyLeadInside() throws Exception {
        String codebase = server.codebase(TREE);
        Path root = directory.resolve("codebases/files").resolve(codebase);
        Files.createSymbolicLink(root.resolve("link"), Path.of("docs/readme.md"));
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/workspace/docs/readme.md"));
        Files.createSymbolicLink(root.resolve("out"), root.resolve("config.yaml"));
        String id = server.sandbox(codebase, rule("**/*", PERMISSION_READ)).getId();
        assertThat(server.exec(id, "cat link absolute; readlink link").getStdout())
                .isEqualTo("# Readme# Readmedocs/readme.md\n");
        assertDenied(id, "cat out", "No such file");
    }

    @Test
    void rulesThatChangeHoldAtOnce() throws Exception {
        String id = sandbox(rule("**/*", PERMISSION_READ));
        assertDenied(id, "echo x > config.yaml", "Permission denied");
        update(id, rule("**/*", PERMISSION_WRITE), file("/docs/secret.txt", PERMISSION_NONE));
        assertDone(id, "echo x > config.yaml");
        assertDenied(id, "cat docs/secret.txt", "No such file");
        update(id, rule("**/*", PERMISSION_NONE), rule("/src/**", PERMISSION_VIEW));
        assertThat(server.exec(id, "ls -A").getStdout()).isEqualTo("src\n");
        assertDenied(id, "cat src/main.py", "Permission denied");
    }

    private static void update(String id, PermissionRule... rules) {
        UpdateRulesRequest.Builder request = UpdateRulesRequest.newBuilder().setSandboxId(id);
        for (PermissionRule rule : rules) {
            request.addPermissions(rule);
        }
        Face.REST.call(server, RuleServiceGrpc.getUpdateRulesMethod(), request.build());
    }

    @ParameterizedTest
    @CsvSource({"agent-safe,false", "development,true"})
    void presetsHideSecretsWhereverTheyLie(String preset, boolean gitIsSeen) throws Exception {
        String codebase = server.codebase(Map.of(
                "secrets/k", "secret",
                "secrets/deep/k", "secret",
                "a/b/secrets/k", "secret",
                ".git/config", "config",
                "a/.git/config", "config",
                ".env", "secret",
                "a/.env.local", "secret",
                "tls.key", "secret",
                "main.py", "code"));
        String id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .setPreset(preset)
                        .build())
                .getId();
        String seen = server.exec(id, "find . -type f | sort").getStdout();
        assertThat(seen)
                .contains("./main.py\n")
                .doesNotContain("secrets")
                .doesNotContain(".env")
                .doesNotContain("key");
        assertThat(seen.contains("git")).isEqualTo(gitIsSeen);
        assertDenied(id, "cat secrets/k", "No such file");
        assertDenied(id, "cat a/b/secrets/k", "No such file");
        assertThat(server.exec(id, "cat main.py").getStdout()).isEqualTo("code");
    }

    @Test
    void ofAPresetsRuleAndTheSameOfOnesOwnTheOwnDecides() throws Exception {
        String id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(server.codebase(TREE))
                        .setPreset("view-only")
                        .addPermissions(rule("**/*", PERMISSION_READ))
                        .build())
                .getId();
        assertThat(server.exec(id, "cat config.yaml").getStdout()).isEqualTo("key: value");
    }

    @Test
    void aGrantWithinADenialIsReached() throws Exception {
        String id = server.sandbox(
                        server.codebase(Map.of(
                                "secrets/public.key", "public", "secrets/private.key", "private", "a/b/c/d", "deep")),
                        rule("/secrets/**", PERMISSION_NONE),
                        file("/secrets/public.key", PERMISSION_READ),
                        rule("/a/b/**", PERMISSION_READ))
                .getId();
        assertThat(server.exec(id, "ls -A; ls -A secrets; cat secrets/public.key a/b/c/d")
                        .getStdout())
                .isEqualTo("a\nsecrets\npublic.key\npublicdeep");
        assertDenied(id, "cat secrets/private.key", "No such file");
    }

    @Test
    void withoutRulesNothingIsThere() throws Exception {
        String id = sandbox();
        assertThat(server.exec(id, "ls -A").getStdout()).isEmpty();
        assertDenied(id, "cat config.yaml", "No such file");
        assertDenied(id, "touch x", "Permission denied");
    }

    @Test
    void directoriesThatMayBeWrittenAreThereToWriteIn() throws Exception {
        String codebase = server.codebase(Map.of("main.py", "code"));
        String id = server.sandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(codebase)
                        .setPreset("agent-safe")
                        .build())
                .getId();
        assertDone(id, "echo out > output/x; echo tmp > tmp/y");
        assertThat(server.get("/v1/codebases/" + codebase + "/files/output/x").body())
                .isEqualTo("out\n");
        assertDenied(id, "echo x > main.py", "Permission denied");
    }
}
