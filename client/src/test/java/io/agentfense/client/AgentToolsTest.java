package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.agentfense.client.tools.AgentTool;
import io.agentfense.client.tools.AgentTools;
import io.agentfense.client.tools.Results;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools do what models expect of them, and tell what they may not do. */
class AgentToolsTest {
    @TempDir
    Path directory;

    private AgentFenseClient client;
    private Sandbox sandbox;
    private Map<String, AgentTool> tools;

    @BeforeEach
    void start() throws Exception {
        client = SharedServer.get().client();
        Project project = Project.in(directory)
                .file("src/deep/A.java", "class A {}\n// TODO one\n")
                .file("B.java", "class B {}\n")
                .file("lines", "one\ntwo\nthree\n")
                .file("kept", "kept\n")
                .file("hidden/C.java", "class C {} // TODO\n");
        sandbox = client.fromLocal(project.directory())
                .rules(
                        PermissionRule.write("**/*"),
                        PermissionRule.read("/kept").withPriority(1),
                        PermissionRule.none("/hidden/**").withPriority(1),
                        PermissionRule.none("/hidden").withPriority(1))
                .start();
        tools = AgentTools.in(sandbox).stream().collect(Collectors.toMap(AgentTool::name, Function.identity()));
    }

    @AfterEach
    void end() {
        sandbox.close();
        client.close();
    }

    /** With text as arguments, by turns a name and a value. */
    private String call(String tool, String... arguments) throws Exception {
        Struct.Builder json = Struct.newBuilder();
        for (int i = 0; i < arguments.length; i += 2) {
            json.putFields(
                    arguments[i],
                    Value.newBuilder().setStringValue(arguments[i + 1]).build());
        }
        return tools.get(tool).call(JsonFormat.printer().print(json));
    }

    @Test
    void bashTellsOutputsAndExitCodeAndLeavesTheMiddleOfTooMuchOut() throws Exception {
        assertThat(call("Bash", "command", "echo out; echo err >&2; exit 3")).isEqualTo("out\n\nerr\n\nExit code 3");
        assertThat(call("Bash", "command", "true")).isEqualTo("(no output)");
        assertThat(call("Bash", "command", "echo begun; yes | head -c 90000; echo ended"))
                .startsWith("begun\ny\n")
                .endsWith("y\nended\n")
                .contains("[60012 characters left out]")
                .hasSizeLessThan(Results.LONGEST + 100);
        assertThat(tools.get("Bash").call("{\"command\": \"sleep 60\", \"timeout\": 200}"))
                .isEqualTo("Error: Command timed out after 200 ms and was killed.");
    }

    @Test
    void readNumbersLinesAndGoesOnWhereItIsTold() throws Exception {
        assertThat(call("Read", "file_path", "/workspace/lines"))
                .isEqualTo("     1\tone\n     2\ttwo\n     3\tthree\n");
        assertThat(tools.get("Read").call("{\"file_path\": \"lines\", \"offset\": 2, \"limit\": 1}"))
                .isEqualTo("     2\ttwo\n[more lines follow: go on with offset 3]\n");
        assertThat(tools.get("Read").call("{\"file_path\": \"lines\", \"offset\": 9}"))
                .isEqualTo("Error: the file has only 3 lines");
        sandbox.run("printf '\\377\\376' > binary").orThrow();
        assertThat(call("Read", "file_path", "binary")).startsWith("Error: binary is no text");
    }

    @Test
    void whatIsHiddenIsNotThereAndWhatIsWithheldIsToldAsDenied() throws Exception {
        assertThat(call("Read", "file_path", "hidden/C.java"))
                .startsWith("Error: ")
                .contains("hidden/C.java");
        assertThat(call("Write", "file_path", "kept", "content", "changed"))
                .startsWith("Error: Permission denied by the sandbox's policy: kept.");
        assertThat(call("Edit", "file_path", "kept", "old_string", "kept", "new_string", "changed"))
                .startsWith("Error: Permission denied by the sandbox's policy: kept.");
        assertThat(sandbox.files().readText("kept")).isEqualTo("kept\n");
    }

    @Test
    void writeMakesTheDirectoriesAbove() throws Exception {
        assertThat(call("Write", "file_path", "new/er/file", "content", "ä"))
                .isEqualTo("Wrote 2 bytes to new/er/file.");
        assertThat(sandbox.files().readText("new/er/file")).isEqualTo("ä");
    }

    @Test
    void editReplacesOneExactTextAndElseSaysWhyNot() throws Exception {
        sandbox.files().write("edited", "a.b a.b axb\n");
        assertThat(call("Edit", "file_path", "edited", "old_string", "nowhere", "new_string", "x"))
                .isEqualTo("Error: String to replace not found in file.\nString: nowhere");
        assertThat(call("Edit", "file_path", "edited", "old_string", "a.b", "new_string", "x"))
                .startsWith("Error: Found 2 matches of the string to replace, but replace_all is false.");
        assertThat(call("Edit", "file_path", "edited", "old_string", "a.b", "new_string", "a.b"))
                .startsWith("Error: No changes to make");
        assertThat(call("Edit", "file_path", "edited", "old_string", "axb", "new_string", "$1\\"))
                .isEqualTo("Replaced 1 occurrence in edited.");
        assertThat(tools.get("Edit")
                        .call("{\"file_path\": \"edited\", \"old_string\": \"a.b\", \"new_string\": \"\","
                                + " \"replace_all\": true}"))
                .isEqualTo("Replaced 2 occurrences in edited.");
        assertThat(sandbox.files().readText("edited")).isEqualTo("  $1\\\n");
    }

    @Test
    void globAndGrepFindWhatMayBeSeen() throws Exception {
        assertThat(call("Glob", "pattern", "**/*.java").lines()).containsExactlyInAnyOrder("src/deep/A.java", "B.java");
        assertThat(call("Glob", "pattern", "*.java").lines()).containsExactlyInAnyOrder("src/deep/A.java", "B.java");
        assertThat(call("Glob", "pattern", "src/*.java")).isEqualTo("No files found");
        assertThat(call("Glob", "pattern", "deep/{A,B}.[jx]ava", "path", "src")).isEqualTo("deep/A.java");
        assertThat(call("Glob", "pattern", "[")).startsWith("Error: the pattern [");
        assertThat(call("Grep", "pattern", "TOD[O] o.e")).isEqualTo("src/deep/A.java:2:// TODO one");
        assertThat(call("Grep", "pattern", "class", "glob", "B*")).isEqualTo("B.java:1:class B {}");
        assertThat(call("Grep", "pattern", "TODO$")).isEqualTo("No matches found");
    }

    /** More than the server lists in one answer. */
    @Test
    void globFindsWhatLiesBehindManyFiles() throws Exception {
        String fill = "mkdir -p many/a many/b; for d in a b; do (cd many/$d; seq 6000 | xargs touch); done";
        sandbox.run(fill + "; touch many/b/last.found").orThrow();
        assertThat(call("Glob", "pattern", "*.found")).isEqualTo("many/b/last.found");
        assertThat(call("Glob", "pattern", "b/*.found", "path", "many")).isEqualTo("b/last.found");
        assertThat(call("Glob", "pattern", "many/**")).contains("characters left out");
    }

    @Test
    void argumentsThatDoNotFitAreTold() {
        AgentTool bash = tools.get("Bash");
        assertThat(bash.call("no")).startsWith("Error: the arguments are no JSON object");
        assertThat(bash.call("{}")).isEqualTo("Error: the argument command must be a string");
        assertThat(bash.call("{\"command\": 1}")).isEqualTo("Error: the argument command must be a string");
        assertThat(bash.call("{\"command\": \"true\", \"cwd\": \"/\"}")).isEqualTo("Error: unknown argument cwd");
        assertThat(bash.call("{\"command\": \"true\", \"timeout\": 1.5}"))
                .isEqualTo("Error: the argument timeout must be an integer");
        assertThat(bash.inputSchema()).contains("\"required\":[\"command\"]");
    }

    @Test
    void aSandboxThatIsGoneIsNoMatterForTheModel() {
        sandbox.stop();
        assertThatThrownBy(() -> call("Bash", "command", "true")).isInstanceOf(SandboxNotRunningException.class);
    }
}
