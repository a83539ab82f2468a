package io.agentfense.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentfense.alert.text.AlertConfigException;
import io.agentfense.alert.text.AlertSettings;
import io.agentfense.alert.text.AlertsText;
import io.agentfense.alert.text.AlertsYaml;
import io.agentfense.alert.text.SinkMapping;
import java.util.LinkedHashMap;
import java.util.Map;

/** Section {@code alerts}: a mapping in a file; the same as JSON elsewhere. */
final class AlertsSection implements ValueType<AlertSettings> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAPPING = new TypeReference<>() {};

    @Override
    public boolean takesMapping() {
        return true;
    }

    @Override
    public AlertSettings read(Given given) {
        Map<String, Object> section;
        try {
            section = JSON.readValue(given.string(), MAPPING);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("must be a mapping with the keys defaults, rules and sinks", e);
        }
        try {
            return AlertsText.read(section);
        } catch (AlertConfigException e) {
            throw new IllegalArgumentException("." + e.getMessage(), e);
        }
    }

    @Override
    public String print(AlertSettings settings) {
        Map<String, Object> sinks = new LinkedHashMap<>();
        settings.sinks().forEach((name, sink) -> sinks.put(name, SinkMapping.of(sink)));
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("defaults", false);
        section.put("rules", settings.rules().stream().map(AlertsYaml::mapping).toList());
        section.put("sinks", sinks);
        try {
            return JSON.writeValueAsString(section);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
