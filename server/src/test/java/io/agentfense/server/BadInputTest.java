package io.agentfense.server;

import static io.agentfense.server.BadCall.invalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import io.agentfense.api.ours.v1.RuleServiceGrpc;
import io.agentfense.api.ours.v1.UpdateRulesRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.RuntimeType;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SessionExecRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't be meant is refused with the field and the reason, over gRPC and over REST alike, and leaves nothing. */
class BadInputTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static String codebase;
    private static String sandbox;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(directory, Map.of());
        codebase = server.codebase(Map.of("a", "1"));
        sandbox = server.sandbox(codebase, TestServer.ALL).getId();
        session = server.sandboxes()
                .createSession(
                        CreateSessionRequest.newBuilder().setSandboxId(sandbox).build())
                .getId();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static CreateSandboxRequest.Builder create() {
        return CreateSandboxRequest.newBuilder().setCodebaseId(codebase);
    }

    private static BadCall<?, ?> creation(String name, CreateSandboxRequest.Builder request, String field, String why) {
        return invalid(name, SandboxServiceGrpc.getCreateSandboxMethod(), request, field, why);
    }

    private static PermissionRule.Builder rule(String pattern) {
        return PermissionRule.newBuilder().setPattern(pattern).setPermission(Permission.PERMISSION_READ);
    }

    private static BadCall<?, ?> pattern(String name, String pattern, String why) {
        return creation(
                "a pattern " + name,
                create().addPermissions(TestServer.ALL).addPermissions(rule(pattern)),
                "permissions: rule 1, pattern \"",
                why);
    }

    private static List<BadCall<?, ?>> rules() {
        return List.of(
                pattern("of nothing", "", "it is empty; write \"/**\" for everything"),
                pattern("with a NUL", "a\0b", "NUL"),
                pattern("with ..", "/a/../b", ".."),
                pattern("with an open class", "/[ab", "unclosed \"[\""),
                pattern("with open alternatives", "/{a,b", "unclosed \"{\""),
                pattern("with stars in a name", "/**.py", "**"),
                pattern("that is too long", "/" + "x".repeat(4096), "4096"),
                creation(
                        "too many rules",
                        create().addAllPermissions(Collections.nCopies(
                                10_001,
                                PermissionRule.newBuilder().setPattern("/a").build())),
                        "permissions: ",
                        "10000"),
                creation(
                        "an unknown level",
                        create().addPermissions(rule("/a").setPermissionValue(9)),
                        "permissions[0].permission: ",
                        "unknown value 9"),
                creation(
                        "an unknown kind of pattern",
                        create().addPermissions(rule("/a").setTypeValue(9)),
                        "permissions[0].type: ",
                        "unknown value 9"),
                creation("an unknown preset", create().setPreset("no-such"), "preset: ", "agent-safe"),
                invalid(
                        "other rules, broken",
                        RuleServiceGrpc.getUpdateRulesMethod(),
                        UpdateRulesRequest.newBuilder().setSandboxId(sandbox).addPermissions(rule("[")),
                        "permissions: rule 0",
                        "unclosed"));
    }

    private static BadCall<?, ?> limit(ResourceLimits.Builder limits, String field, String why) {
        return creation("limits " + limits.build(), create().setResources(limits), field, why);
    }

    private static List<BadCall<?, ?>> sandboxes() {
        List<BadCall<?, ?>> calls = new ArrayList<>(List.of(
                creation("an unknown runtime", create().setRuntimeValue(7), "runtime: ", "unknown value 7"),
                creation(
                        "an image with bubblewrap",
                        create().setRuntime(RuntimeType.RUNTIME_TYPE_BWRAP).setImage("ubuntu"),
                        "image: ",
                        "only for the runtime docker"),
                creation("an image with the default", create().setImage("ubuntu"), "image: ", "only for the runtime"),
                creation("an unknown commit mode", create().setCommitValue(9), "commit: ", "unknown value 9"),
                creation("an unknown conflict mode", create().setConflictsValue(9), "conflicts: ", "unknown value 9"),
                creation(
                        "no time at all",
                        create().setExpiresIn(Duration.getDefaultInstance()),
                        "expires_in ",
                        "positive"),
                creation("less than no time", create().setExpiresIn(seconds(-1)), "expires_in ", "negative"),
                creation(
                        "time without end",
                        create().setExpiresIn(seconds(4_000_000_000L)),
                        "expires_in ",
                        "hundred years"),
                creation("a label without a name", create().putLabels("", "x"), "labels: ", "256"),
                creation("a label that is too long", create().putLabels("a", "x".repeat(257)), "labels: ", "256"),
                creation("a label with a NUL", create().putLabels("a\0", "x"), "labels: ", "NUL")));
        CreateSandboxRequest.Builder labels = create();
        for (int i = 0; i < 65; i++) {
            labels.putLabels("l" + i, "x");
        }
        calls.add(creation("too many labels", labels, "labels: ", "64"));
        calls.add(limit(ResourceLimits.newBuilder().setMemoryBytes(-1), "resources.memory_bytes ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setCpuQuota(-1), "resources.cpu_quota ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setCpuShares(-1), "resources.cpu_shares ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setPidsLimit(-1), "resources.pids_limit ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setDiskBytes(-1), "resources.disk_bytes ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setNofile(-1), "resources.nofile ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setOutputBytes(-1), "resources.output_bytes ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setMaxRuntime(-1), "resources.max_runtime ", "negative"));
        calls.add(limit(ResourceLimits.newBuilder().setNofile(15), "resources: ", "open files"));
        calls.add(limit(ResourceLimits.newBuilder().setNofile(1 << 21), "resources: ", "open files"));
        calls.add(limit(ResourceLimits.newBuilder().setMemoryBytes(1000), "resources: ", "memory"));
        calls.add(limit(ResourceLimits.newBuilder().setCpuQuota(1), "resources: ", "processors"));
        calls.add(limit(ResourceLimits.newBuilder().setPidsLimit(1), "resources: ", "processes"));
        calls.add(limit(ResourceLimits.newBuilder().setCpuShares(1), "resources: ", "weight"));
        return calls;
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private static BadCall<?, ?> command(String name, ExecRequest.Builder request, String field, String why) {
        return invalid(
                name,
                SandboxServiceGrpc.getExecMethod(),
                request.setSandboxId(sandbox)
                        .setCommand(request.getCommand().isEmpty() ? "true" : request.getCommand()),
                field,
                why);
    }

    private static BadCall<?, ?> workdir(String workdir) {
        return command(
                "the directory " + workdir, ExecRequest.newBuilder().setWorkdir(workdir), "workdir: ", "/workspace");
    }

    private static List<BadCall<?, ?>> commands() {
        return List.of(
                workdir("/etc"),
                workdir("/"),
                workdir("/workspacex"),
                workdir(".."),
                workdir("a/../../etc"),
                workdir("/workspace/../etc"),
                workdir("/tmp/.."),
                workdir("a\0b"),
                command(
                        "a directory that is not there",
                        ExecRequest.newBuilder().setWorkdir("none"),
                        "workdir: ",
                        "o such"),
                command(
                        "a directory that is a file",
                        ExecRequest.newBuilder().setWorkdir("a"),
                        "workdir: ",
                        "ot a dir"),
                command("less than no time", ExecRequest.newBuilder().setTimeout(seconds(-1)), "timeout ", "negative"),
                command(
                        "too much time",
                        ExecRequest.newBuilder().setTimeout(seconds(3600)),
                        "timeout ",
                        "runtime.max_timeout"),
                command("a NUL", ExecRequest.newBuilder().setCommand("tr\0ue"), "command: ", "NUL"),
                command(
                        "a command that is too long",
                        ExecRequest.newBuilder().setCommand(":" + " ".repeat(2 << 20)),
                        "command: ",
                        "bytes"),
                command("a variable that is none", ExecRequest.newBuilder().putEnv("A=B", "x"), "env: ", "A=B"),
                command("a variable without a name", ExecRequest.newBuilder().putEnv("", "x"), "env: ", "variable"),
                command("a variable with a NUL", ExecRequest.newBuilder().putEnv("A", "x\0y"), "env: ", "NUL"),
                shell("a shell by its name", CreateSessionRequest.newBuilder().setShell("bash"), "shell: ", "absolute"),
                shell("no such shell", CreateSessionRequest.newBuilder().setShell("/no/sh"), "shell: ", "/no/sh"),
                shell("what is no shell", CreateSessionRequest.newBuilder().setShell("/bin/true"), "shell: ", "ended"),
                shell("a shell with a NUL", CreateSessionRequest.newBuilder().setShell("/bin/s\0h"), "shell: ", "NUL"),
                shell("a variable of a shell", CreateSessionRequest.newBuilder().putEnv("1", "x"), "env: ", "variable"),
                shell("a NUL in a shell", CreateSessionRequest.newBuilder().putEnv("A", "\0"), "env: ", "NUL"),
                script("a NUL in a script", SessionExecRequest.newBuilder().setCommand("a\0b"), "command: ", "NUL"),
                script(
                        "a script that may take too long",
                        SessionExecRequest.newBuilder().setCommand("true").setTimeout(seconds(3600)),
                        "timeout ",
                        "runtime.max_timeout"));
    }

    private static BadCall<?, ?> shell(String name, CreateSessionRequest.Builder request, String field, String why) {
        return invalid(name, SandboxServiceGrpc.getCreateSessionMethod(), request.setSandboxId(sandbox), field, why);
    }

    private static BadCall<?, ?> script(String name, SessionExecRequest.Builder request, String field, String why) {
        return invalid(name, SandboxServiceGrpc.getSessionExecMethod(), request.setSessionId(session), field, why);
    }

    private static List<BadCall<?, ?>> codebases() {
        CreateCodebaseRequest named =
                CreateCodebaseRequest.newBuilder().setName("p").setOwnerId("u").build();
        var method = CodebaseServiceGrpc.getCreateCodebaseMethod();
        return List.of(
                invalid("a name that is too long", method, named.toBuilder().setName("n".repeat(256)), "name ", "255"),
                invalid(
                        "a long name of few letters",
                        method,
                        named.toBuilder().setName("ü".repeat(128)),
                        "name ",
                        "255"),
                invalid("a name with a NUL", method, named.toBuilder().setName("a\0b"), "name ", "control"),
                invalid("a name of two lines", method, named.toBuilder().setName("a\nb"), "name ", "control"),
                invalid(
                        "an owner that is too long",
                        method,
                        named.toBuilder().setOwnerId("n".repeat(256)),
                        "owner_id ",
                        "255"),
                invalid("an owner with a NUL", method, named.toBuilder().setOwnerId("a\0b"), "owner_id ", "control"),
                invalid(
                        "a directory of the server's",
                        method,
                        named.toBuilder().setLocalPath("/etc"),
                        "local_path ",
                        "local_roots"),
                invalid(
                        "a page of less than nothing",
                        CodebaseServiceGrpc.getListCodebasesMethod(),
                        ListCodebasesRequest.newBuilder().setPageSize(-1),
                        "page_size ",
                        "negative"),
                invalid(
                        "a page of nobody",
                        SandboxServiceGrpc.getListSandboxesMethod(),
                        ListSandboxesRequest.newBuilder().setPageToken("x"),
                        "page_token ",
                        "begin anew"),
                invalid(
                        "an unknown state",
                        SandboxServiceGrpc.getListSandboxesMethod(),
                        ListSandboxesRequest.newBuilder().setStatusValue(9),
                        "status: ",
                        "unknown value 9"));
    }

    static List<Arguments> calls() {
        List<BadCall<?, ?>> calls = new ArrayList<>();
        calls.addAll(rules());
        calls.addAll(sandboxes());
        calls.addAll(commands());
        calls.addAll(codebases());
        List<Arguments> all = new ArrayList<>();
        for (BadCall<?, ?> call : calls) {
            for (Face face : Face.values()) {
                if (face.canSay(call.method(), call.request())) {
                    all.add(arguments(face, call));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("calls")
    void isRefusedWithTheFieldAndTheReason(Face face, BadCall<?, ?> call) {
        call.check(server, face);
        assertNothingCame();
    }

    /** Nothing but what there was before. */
    private static void assertNothingCame() {
        assertThat(server.codebases()
                        .listCodebases(ListCodebasesRequest.getDefaultInstance())
                        .getCodebasesCount())
                .isEqualTo(1);
        assertThat(server.sandboxes()
                        .listSandboxes(ListSandboxesRequest.getDefaultInstance())
                        .getSandboxesCount())
                .isEqualTo(1);
        assertThat(server.sandboxes()
                        .listSessions(ListSessionsRequest.newBuilder()
                                .setSandboxId(sandbox)
                                .build())
                        .getSessionsCount())
                .isEqualTo(1);
        assertThat(server.codebases()
                        .listFiles(ListFilesRequest.newBuilder()
                                .setCodebaseId(codebase)
                                .setRecursive(true)
                                .build())
                        .getFilesList())
                .extracting(file -> file.getPath())
                .containsExactly("a");
    }

    @Test
    void aRuntimeThatThisServerHasNotIsRefusedAndNotReplaced() {
        for (Face face : Face.values()) {
            Status status = face.refusal(
                    server,
                    SandboxServiceGrpc.getCreateSandboxMethod(),
                    create().setRuntime(RuntimeType.RUNTIME_TYPE_DOCKER)
                            .setImage("alpine")
                            .build());
            assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
            assertThat(status.getDescription()).startsWith("runtime: ").contains("bwrap");
        }
        assertNothingCame();
    }
}
