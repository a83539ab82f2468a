package io.agentfense.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import io.agentfense.client.Sandbox;
import io.agentfense.client.tools.AgentTool;
import io.agentfense.client.tools.AgentTools;
import java.util.List;

/**
 * The tools of a sandbox for an AI service: Bash, Read, Write, Edit, Glob and Grep. What a tool may not do is its result;
 * {@link io.agentfense.client.SandboxException} is thrown where the sandbox or its server is gone. Thread-safe.
 */
public final class SandboxToolProvider implements ToolProvider {
    private final List<AgentTool> tools;

    /** Over a sandbox, which whoever made it closes. */
    public SandboxToolProvider(Sandbox sandbox) {
        tools = AgentTools.in(sandbox);
    }

    @Override
    public ToolProviderResult provideTools(ToolProviderRequest request) {
        ToolProviderResult.Builder result = ToolProviderResult.builder();
        for (AgentTool tool : tools) {
            result.add(specification(tool), (call, memoryId) -> tool.call(call.arguments()));
        }
        return result.build();
    }

    private static ToolSpecification specification(AgentTool tool) {
        JsonObjectSchema.Builder schema = JsonObjectSchema.builder()
                .additionalProperties(false)
                .required(tool.parameters().stream()
                        .filter(AgentTool.Parameter::required)
                        .map(AgentTool.Parameter::name)
                        .toList());
        for (AgentTool.Parameter parameter : tool.parameters()) {
            switch (parameter.type()) {
                case STRING -> schema.addStringProperty(parameter.name(), parameter.description());
                case INTEGER -> schema.addIntegerProperty(parameter.name(), parameter.description());
                case BOOLEAN -> schema.addBooleanProperty(parameter.name(), parameter.description());
            }
        }
        return ToolSpecification.builder()
                .name(tool.name())
                .description(tool.description())
                .parameters(schema.build())
                .build();
    }
}
