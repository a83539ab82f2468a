package io.agentfense.server.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists and maps as the text of a column. Stateless. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A rule as it stands in a column, apart from the policy module's own classes, which may change. */
    private record StoredRule(String pattern, String permission, String type, int priority, boolean mask) {}

    private Json() {}

    static String rules(List<Rule> rules) {
        return write(rules.stream()
                .map(rule -> new StoredRule(
                        rule.pattern(), rule.permission().label(), rule.type().label(), rule.priority(), rule.mask()))
                .toList());
    }

    static List<Rule> rules(String text) {
        return read(text, new TypeReference<List<StoredRule>>() {}).stream()
                .map(rule -> new Rule(
                        rule.pattern(),
                        Level.parse(rule.permission()),
                        PatternType.parse(rule.type()),
                        rule.priority(),
                        rule.mask()))
                .toList();
    }

    static String strings(Map<String, String> map) {
        return write(map);
    }

    static Map<String, String> strings(String text) {
        return Collections.unmodifiableMap(read(text, new TypeReference<LinkedHashMap<String, String>>() {}));
    }

    static String list(List<String> list) {
        return write(list);
    }

    static List<String> list(String text) {
        return List.copyOf(read(text, new TypeReference<List<String>>() {}));
    }

    /** In nanoseconds, in the map's order. */
    static String durations(Map<String, Duration> map) {
        Map<String, Long> nanos = new LinkedHashMap<>();
        map.forEach((name, duration) -> nanos.put(name, duration.toNanos()));
        return write(nanos);
    }

    static Map<String, Duration> durations(String text) {
        Map<String, Duration> durations = new LinkedHashMap<>();
        read(text, new TypeReference<LinkedHashMap<String, Long>>() {})
                .forEach((name, nanos) -> durations.put(name, Duration.ofNanos(nanos)));
        return Collections.unmodifiableMap(durations);
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new StoreException("a value can't be written as JSON", e);
        }
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new StoreException("a column of the database does not hold what this version wrote", e);
        }
    }
}
