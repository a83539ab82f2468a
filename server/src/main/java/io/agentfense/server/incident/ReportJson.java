package io.agentfense.server.incident;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.policy.Rule;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.SandboxRecord;
import java.util.List;

/** The documents of a report: plain ASCII, whatever a sandbox put into a name. Stateless. */
final class ReportJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private ReportJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** On one line, without its end. */
    static byte[] line(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node).getBytes(US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** For people, with a newline. */
    static byte[] document(JsonNode node) {
        try {
            return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n").getBytes(US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    static ObjectNode sandbox(SandboxRecord record) {
        ObjectNode node = object().put("id", record.id())
                .put("codebase_id", record.codebaseId())
                .put("owner_id", record.ownerId())
                .put("state", record.state().name())
                .put("reason", record.reason())
                .put("runtime", record.runtime().name())
                .put("image", record.image())
                .put("commit", record.commit().name())
                .put("conflicts", record.conflicts().name())
                .put("created_at", record.createdAt().toString());
        record.startedAt().ifPresent(time -> node.put("started_at", time.toString()));
        record.stoppedAt().ifPresent(time -> node.put("stopped_at", time.toString()));
        record.expiresAt().ifPresent(time -> node.put("expires_at", time.toString()));
        record.deltaId().ifPresent(delta -> node.put("delta_id", delta));
        record.labels().forEach(node.putObject("labels")::put);
        resources(node.putObject("resources"), record.resources());
        record.degraded().forEach(node.putArray("degraded")::add);
        return node;
    }

    private static void resources(ObjectNode node, Resources resources) {
        node.put("memory_bytes", resources.memoryBytes())
                .put("cpu_quota", resources.cpuQuota())
                .put("cpu_shares", resources.cpuShares())
                .put("pids_limit", resources.pidsLimit())
                .put("disk_bytes", resources.diskBytes())
                .put("nofile", resources.nofile())
                .put("output_bytes", resources.outputBytes())
                .put("max_runtime", resources.maxRuntime());
    }

    static ArrayNode rules(List<Rule> rules) {
        ArrayNode list = MAPPER.createArrayNode();
        rules.forEach(rule -> list.addObject()
                .put("pattern", rule.pattern())
                .put("type", rule.type().label())
                .put("permission", rule.permission().label())
                .put("priority", rule.priority())
                .put("mask", rule.mask()));
        return list;
    }
}
