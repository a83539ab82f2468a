package io.agentfense.workspace.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Meta} as JSON and back. Strict: an unknown or missing member is an error. Stateless. */
final class MetaJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private MetaJson() {}

    static byte[] write(Meta meta) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("id", meta.id());
            json.writeStringField("base", meta.base());
            json.writeArrayFieldStart("rules");
            for (Rule rule : meta.rules()) {
                write(json, rule);
            }
            json.writeEndArray();
            json.writeStringField("created", meta.created().toString());
            write(json, "command", meta.command());
            write(json, "layers", meta.layers());
            json.writeNumberField("generation", meta.generation());
            json.writeArrayFieldStart("snapshots");
            for (Snapshot snapshot : meta.snapshots()) {
                write(json, snapshot);
            }
            json.writeEndArray();
            if (meta.ending() != null) {
                write(json, meta.ending());
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Rule rule) throws IOException {
        json.writeStartObject();
        json.writeStringField("pattern", rule.pattern());
        json.writeStringField("permission", rule.permission().label());
        json.writeStringField("type", rule.type().label());
        json.writeNumberField("priority", rule.priority());
        if (rule.mask()) {
            json.writeBooleanField("mask", true);
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Snapshot snapshot) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", snapshot.id());
        json.writeStringField("created", snapshot.created().toString());
        write(json, "layers", snapshot.layers());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Meta.Ending ending) throws IOException {
        json.writeObjectFieldStart("ended");
        json.writeStringField("reason", ending.reason());
        json.writeNumberField("exit_code", ending.exitCode());
        json.writeStringField("at", ending.at().toString());
        json.writeEndObject();
    }

    static Meta read(byte[] bytes) throws IOException {
        try (JsonParser json = FACTORY.createParser(bytes)) {
            json.nextToken();
            return new Draft().read(json);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException("a value is out of its range: " + e.getMessage(), e);
        }
    }

    /** The members as they come. */
    private static final class Draft {
        private @Nullable String id;
        private @Nullable String base;
        private @Nullable Instant created;
        private List<Rule> rules = List.of();
        private List<String> command = List.of();
        private List<String> layers = List.of();
        private int generation;
        private List<Snapshot> snapshots = List.of();
        private Meta.@Nullable Ending ending;

        Meta read(JsonParser json) throws IOException {
            expect(json, JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                member(json, name);
            }
            return new Meta(
                    present(json, id, "id"),
                    present(json, base, "base"),
                    rules,
                    present(json, created, "created"),
                    command,
                    layers,
                    generation,
                    snapshots,
                    ending);
        }

        private void member(JsonParser json, String name) throws IOException {
            switch (name) {
                case "id" -> id = text(json);
                case "base" -> base = text(json);
                case "rules" -> rules = rules(json);
                case "created" -> created = Instant.parse(text(json));
                case "command" -> command = texts(json);
                case "layers" -> layers = texts(json);
                case "generation" -> generation = json.getIntValue();
                case "snapshots" -> snapshots = snapshots(json);
                case "ended" -> ending = ending(json);
                default -> throw new JsonParseException(json, "unknown member \"" + name + "\"");
            }
        }
    }

    private static List<Rule> rules(JsonParser json) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        List<Rule> rules = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            rules.add(rule(json));
        }
        return rules;
    }

    private static Rule rule(JsonParser json) throws IOException {
        expect(json, JsonToken.START_OBJECT);
        String pattern = null;
        Level permission = null;
        PatternType type = PatternType.GLOB;
        int priority = 0;
        boolean mask = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "pattern" -> pattern = text(json);
                case "permission" -> permission = Level.parse(text(json));
                case "type" -> type = PatternType.parse(text(json));
                case "priority" -> priority = json.getIntValue();
                case "mask" -> mask = json.getBooleanValue();
                default -> throw new JsonParseException(json, "unknown member \"" + name + "\"");
            }
        }
        return new Rule(
                present(json, pattern, "pattern"), present(json, permission, "permission"), type, priority, mask);
    }

    private static List<Snapshot> snapshots(JsonParser json) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        List<Snapshot> snapshots = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            snapshots.add(snapshot(json));
        }
        return snapshots;
    }

    private static Snapshot snapshot(JsonParser json) throws IOException {
        expect(json, JsonToken.START_OBJECT);
        String id = null;
        Instant created = null;
        List<String> layers = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> id = text(json);
                case "created" -> created = Instant.parse(text(json));
                case "layers" -> layers = texts(json);
                default -> throw new JsonParseException(json, "unknown member \"" + name + "\"");
            }
        }
        return new Snapshot(
                present(json, id, "id"), present(json, created, "created"), present(json, layers, "layers"));
    }

    private static Meta.Ending ending(JsonParser json) throws IOException {
        expect(json, JsonToken.START_OBJECT);
        String reason = null;
        Instant at = null;
        int exitCode = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "reason" -> reason = text(json);
                case "exit_code" -> exitCode = json.getIntValue();
                case "at" -> at = Instant.parse(text(json));
                default -> throw new JsonParseException(json, "unknown member \"" + name + "\"");
            }
        }
        return new Meta.Ending(present(json, reason, "reason"), exitCode, present(json, at, "at"));
    }

    private static List<String> texts(JsonParser json) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(json));
        }
        return texts;
    }

    private static String text(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.currentToken() != token) {
            throw new JsonParseException(json, "expected " + token + ", found " + json.currentToken());
        }
    }

    private static <T> T present(JsonParser json, @Nullable T value, String name) throws IOException {
        if (value == null) {
            throw new JsonParseException(json, "\"" + name + "\" is missing");
        }
        return value;
    }
}
