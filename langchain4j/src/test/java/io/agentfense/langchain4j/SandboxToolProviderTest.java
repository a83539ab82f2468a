package io.agentfense.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProviderRequest;
import io.agentfense.client.AgentFenseClient;
import io.agentfense.client.CommandTimeoutException;
import io.agentfense.client.LiveServer;
import io.agentfense.client.PermissionRule;
import io.agentfense.client.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools and code that LangChain4j runs do so in a real sandbox, under its rules. */
class SandboxToolProviderTest {
    @TempDir
    static Path directory;

    private static LiveServer server;
    private static AgentFenseClient client;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        server = LiveServer.start(directory, Map.of());
        client = server.client();
        Path project = Files.createDirectory(directory.resolve("project"));
        Files.writeString(project.resolve("app"), "one two\n");
        Files.writeString(project.resolve("kept"), "kept\n");
        sandbox = client.fromLocal(project)
                .rules(
                        PermissionRule.write("**/*"),
                        PermissionRule.read("/kept").withPriority(1))
                .start();
    }

    @AfterAll
    static void end() throws InterruptedException {
        sandbox.close();
        client.close();
        server.close();
    }

    private static Map<ToolSpecification, ToolExecutor> tools() {
        return new SandboxToolProvider(sandbox)
                .provideTools(new ToolProviderRequest("memory", UserMessage.from("hello")))
                .tools();
    }

    private static String call(String name, String json) {
        ToolExecutor executor = tools().entrySet().stream()
                .filter(tool -> tool.getKey().name().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
        ToolExecutionRequest request =
                ToolExecutionRequest.builder().name(name).arguments(json).build();
        return executor.execute(request, "memory");
    }

    @Test
    void toolsRunInTheSandboxAndWhatItsRulesRefuseIsTheirResult() {
        assertThat(call("Edit", "{\"file_path\": \"app\", \"old_string\": \"one\", \"new_string\": \"three\"}"))
                .isEqualTo("Replaced 1 occurrence in app.");
        assertThat(call("Bash", "{\"command\": \"cat app; hostname\"}"))
                .startsWith("three two\n")
                .doesNotContain("Exit code");
        assertThat(call("Write", "{\"file_path\": \"kept\", \"content\": \"\"}"))
                .startsWith("Error: Permission denied by the sandbox's policy");
    }

    @Test
    void theModelIsToldWhatEachToolTakes() {
        assertThat(tools().keySet())
                .extracting(ToolSpecification::name)
                .containsExactlyInAnyOrder("Bash", "Read", "Write", "Edit", "Glob", "Grep");
        ToolSpecification edit = tools().keySet().stream()
                .filter(tool -> tool.name().equals("Edit"))
                .findFirst()
                .orElseThrow();
        assertThat(edit.parameters().properties())
                .containsOnlyKeys("file_path", "old_string", "new_string", "replace_all");
        assertThat(edit.parameters().required()).containsExactly("file_path", "old_string", "new_string");
    }

    @Test
    void codeIsExecutedInTheSandbox() {
        var engine = new SandboxCodeExecutionEngine(sandbox, "sh", Duration.ofSeconds(60));
        assertThat(engine.execute("pwd; echo $((6 * 7))")).isEqualTo("/workspace\n42\n");
        assertThat(engine.execute("echo x > kept; exit 4")).endsWith("\nExit code 4");
        var hurried = new SandboxCodeExecutionEngine(sandbox, "sh", Duration.ofMillis(200));
        assertThatThrownBy(() -> hurried.execute("sleep 60")).isInstanceOf(CommandTimeoutException.class);
    }
}
