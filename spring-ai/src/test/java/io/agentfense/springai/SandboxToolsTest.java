package io.agentfense.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.client.AgentFenseClient;
import io.agentfense.client.LiveServer;
import io.agentfense.client.PermissionRule;
import io.agentfense.client.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.tool.ToolCallback;

/** Tools that Spring AI calls run in a real sandbox, under its rules. */
class SandboxToolsTest {
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

    private static ToolCallback tool(String name) {
        return Stream.of(new SandboxTools(sandbox).getToolCallbacks())
                .filter(tool -> tool.getToolDefinition().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void toolsRunInTheSandboxAndWhatItsRulesRefuseIsTheirResult() {
        assertThat(tool("Edit").call("{\"file_path\": \"app\", \"old_string\": \"one\", \"new_string\": \"three\"}"))
                .isEqualTo("Replaced 1 occurrence in app.");
        assertThat(tool("Bash").call("{\"command\": \"cat app; exit 2\"}")).isEqualTo("three two\n\nExit code 2");
        assertThat(tool("Read").call("{\"file_path\": \"app\"}")).isEqualTo("     1\tthree two\n");
        assertThat(tool("Write").call("{\"file_path\": \"kept\", \"content\": \"\"}"))
                .startsWith("Error: Permission denied by the sandbox's policy");
    }

    @Test
    void theModelIsToldWhatEachToolTakes() {
        assertThat(new SandboxTools(sandbox).getToolCallbacks())
                .extracting(tool -> tool.getToolDefinition().name())
                .containsExactly("Bash", "Read", "Write", "Edit", "Glob", "Grep");
        assertThat(tool("Grep").getToolDefinition().inputSchema())
                .contains("\"required\":[\"pattern\"]", "\"additionalProperties\":false");
    }
}
