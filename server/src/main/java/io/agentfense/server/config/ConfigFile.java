package io.agentfense.server.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.agentfense.policy.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads a configuration's YAML, token by token, so that every value keeps its place. For one file, used once. */
final class ConfigFile {
    /**
     * A value of the file.
     *
     * @param origin where its key stands
     */
    record Entry(Given given, Origin.InFile origin) {}

    /** What can't be read any further. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String problem) {
            super(problem);
        }
    }

    private final String file;
    private final List<String> problems;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private ConfigFile(Path file, List<String> problems) {
        this.file = file.toString();
        this.problems = problems;
    }

    /**
     * The values of a file by the full names of their keys.
     *
     * @param text what it holds
     * @param problems takes what is wrong with it
     */
    static Map<String, Entry> read(Path file, String text, List<String> problems) {
        ConfigFile reader = new ConfigFile(file, problems);
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            reader.document(parser);
        } catch (JsonProcessingException e) {
            problems.add(reader.syntaxProblem(e));
        } catch (IOException e) {
            problems.add(file + ": can't be read: " + e.getMessage());
        } catch (Broken e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return reader.entries;
    }

    private void document(YAMLParser parser) throws IOException, Broken {
        JsonToken first = next(parser);
        // A file of comments alone has no token at all.
        if (first == null || first == JsonToken.VALUE_NULL) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw broken(parser, "must be a mapping with the sections " + String.join(", ", Keys.below("")));
        }
        section(parser, "");
        if (next(parser) != null) {
            throw broken(parser, "a second document begins here; keep one per file");
        }
    }

    private void section(YAMLParser parser, String section) throws IOException, Broken {
        List<String> known = Keys.below(section);
        List<String> seen = new ArrayList<>();
        while (next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Origin.InFile origin = place(parser);
            String full = section.isEmpty() ? name : section + "." + name;
            if (!known.contains(name)) {
                String of = section.isEmpty() ? "section" : "key of " + section;
                problems.add(origin + ": " + Spelling.unknown(of, name, known));
                next(parser);
                parser.skipChildren();
                continue;
            }
            if (seen.contains(name)) {
                problems.add(origin + ": " + full + " a second time; remove one");
            }
            seen.add(name);
            value(parser, full, origin);
        }
    }

    private void value(YAMLParser parser, String name, Origin.InFile origin) throws IOException, Broken {
        JsonToken token = next(parser);
        boolean section = Keys.find(name).isEmpty();
        if (section && token == JsonToken.START_OBJECT) {
            section(parser, name);
        } else if (section && token == JsonToken.VALUE_NULL) {
            // A section whose keys are all comments.
            return;
        } else if (section) {
            problems.add(
                    origin + ": " + name + " must be a mapping with the keys " + String.join(", ", Keys.below(name)));
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT
                        && Keys.find(name).orElseThrow().type().takesMapping()
                || token == JsonToken.START_ARRAY
                        && Keys.find(name).orElseThrow().type().takesList()) {
            entries.put(name, new Entry(new Given.Text(node(parser).toString()), origin));
        } else if (token == JsonToken.START_OBJECT) {
            problems.add(origin + ": " + name + " takes a value, not keys");
            parser.skipChildren();
        } else {
            entries.put(name, new Entry(token == JsonToken.START_ARRAY ? list(parser) : scalar(parser), origin));
        }
    }

    private ObjectNode mapping(YAMLParser parser) throws IOException, Broken {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (object.has(name)) {
                throw broken(parser, name + " a second time; remove one");
            }
            next(parser);
            object.set(name, node(parser));
        }
        return object;
    }

    private JsonNode node(YAMLParser parser) throws IOException, Broken {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser);
            case START_ARRAY -> {
                ArrayNode array = nodes.arrayNode();
                while (next(parser) != JsonToken.END_ARRAY) {
                    array.add(node(parser));
                }
                yield array;
            }
            case VALUE_NUMBER_INT -> nodes.numberNode(parser.getBigIntegerValue());
            case VALUE_STRING -> nodes.textNode(parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> nodes.booleanNode(parser.getBooleanValue());
            default -> throw broken(parser, "only strings, whole numbers, truths, lists and mappings are allowed here");
        };
    }

    private Given list(YAMLParser parser) throws IOException, Broken {
        List<Given.Scalar> items = new ArrayList<>();
        while (next(parser) != JsonToken.END_ARRAY) {
            if (parser.currentToken().isStructStart()) {
                throw broken(parser, "a list of plain values, one per line, is all that is allowed here");
            }
            items.add(scalar(parser));
        }
        return new Given.Items(items);
    }

    private static Given.Scalar scalar(YAMLParser parser) throws IOException {
        Given.Scalar.Kind kind = switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> Given.Scalar.Kind.INTEGER;
            case VALUE_NUMBER_FLOAT -> Given.Scalar.Kind.DECIMAL;
            case VALUE_TRUE, VALUE_FALSE -> Given.Scalar.Kind.BOOLEAN;
            case VALUE_NULL -> Given.Scalar.Kind.NULL;
            default -> Given.Scalar.Kind.STRING;
        };
        // Numbers as numbers: 1_000 and 0x10 are written differently and mean one.
        String text =
                kind == Given.Scalar.Kind.INTEGER ? parser.getBigIntegerValue().toString() : parser.getText();
        return new Given.Scalar(kind, text);
    }

    private @Nullable JsonToken next(YAMLParser parser) throws IOException, Broken {
        JsonToken token = parser.nextToken();
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw broken(parser, "aliases and anchors are not read; put a value that begins with * or & in quotes");
        }
        return token;
    }

    private Origin.InFile place(YAMLParser parser) {
        JsonLocation at = parser.currentTokenLocation();
        return new Origin.InFile(file, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }

    private Broken broken(YAMLParser parser, String problem) {
        return new Broken(place(parser) + ": " + problem);
    }

    private String syntaxProblem(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            Mark mark = yaml.getProblemMark();
            return new Origin.InFile(file, mark.getLine() + 1, mark.getColumn() + 1) + ": " + yaml.getProblem();
        }
        JsonLocation at = e.getLocation();
        String problem = e.getOriginalMessage().lines().findFirst().orElse("it can't be read");
        return (at == null ? file : new Origin.InFile(file, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr())))
                + ": " + problem;
    }
}
