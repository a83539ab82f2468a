package io.agentfense.alert.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file in YAML, or JSON, which is YAML too: a server's configuration, or its section {@code alerts} alone. Stateless. */
public final class AlertsFile {
    private static final int MAX_DEPTH = 32;
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    private static final String SECTION = "alerts";

    private AlertsFile() {}

    /**
     * What a file says of alerts.
     *
     * @param content its text
     * @throws AlertConfigException if it can't be read or meant
     */
    public static AlertSettings read(String content) {
        Object all;
        try (YAMLParser parser = YAML.createParser(content)) {
            if (next(parser) == null) {
                throw new AlertConfigException("", "it is empty; write the keys defaults, rules and sinks");
            }
            all = value(parser);
            if (next(parser) != null) {
                throw problem(parser, "a second document begins here; keep one per file");
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new AlertConfigException(
                    at == null ? "" : place(at),
                    e.getOriginalMessage().lines().findFirst().orElse("it can't be read"));
        } catch (IOException e) {
            throw new AlertConfigException("", "it can't be read: " + e.getMessage());
        }
        if (!(all instanceof Map<?, ?> map)) {
            throw new AlertConfigException("", "must be a mapping with the keys defaults, rules and sinks");
        }
        Object section = map.containsKey(SECTION) ? map.get(SECTION) : map;
        Map<String, Object> alerts = new LinkedHashMap<>();
        Section read = Section.of(SECTION, section);
        read.names().forEach(name -> alerts.put(name, read.value(name)));
        return AlertsText.read(alerts);
    }

    private static @Nullable Object value(YAMLParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser);
            case START_ARRAY -> list(parser);
            case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private static Map<String, @Nullable Object> mapping(YAMLParser parser) throws IOException {
        Map<String, @Nullable Object> mapping = new LinkedHashMap<>();
        while (next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (mapping.containsKey(name)) {
                throw problem(parser, name + " a second time; remove one");
            }
            next(parser);
            mapping.put(name, value(parser));
        }
        return mapping;
    }

    private static List<@Nullable Object> list(YAMLParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (next(parser) != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }

    private static @Nullable JsonToken next(YAMLParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw problem(parser, "aliases and anchors are not read; put a value that begins with * or & in quotes");
        }
        return token;
    }

    private static AlertConfigException problem(YAMLParser parser, String problem) {
        return new AlertConfigException(place(parser.currentTokenLocation()), problem);
    }

    private static String place(JsonLocation at) {
        return Math.max(1, at.getLineNr()) + ":" + Math.max(1, at.getColumnNr());
    }
}
