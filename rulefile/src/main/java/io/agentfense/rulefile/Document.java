package io.agentfense.rulefile;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.agentfense.policy.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * One document, read token by token; the reader stands on a token after each call. Not thread-safe.
 *
 * <p>Whatever is wrong becomes a {@link RuleFileException} at the token it is about.
 */
final class Document implements AutoCloseable {
    /** Reads what stands under one key; the document is on the value's first token, and must be left on its last. */
    @FunctionalInterface
    interface FieldReader {
        void read(String key) throws RuleFileException;
    }

    /** Reads one item of a list, as a {@link FieldReader} does a value. */
    @FunctionalInterface
    interface ItemReader {
        void read() throws RuleFileException;
    }

    private static final String NO_ALIASES =
            "aliases and anchors are not read; put a pattern that begins with * or & in quotes";

    private final String file;
    private final JsonParser parser;

    private Document(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /** Opens the document and goes to its first token. */
    static Document open(String file, byte[] content) throws RuleFileException {
        String text = Utf8Text.decode(file, content);
        try {
            Document document = new Document(file, Parsers.open(file, text));
            if (document.next() == null) {
                throw new RuleFileException(new Location(file, 1, 1), "it is empty; write [] for an empty list");
            }
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    /** Nothing may follow what was read. */
    void end() throws RuleFileException {
        if (next() != null) {
            throw error("a second document or value begins here; keep one per file");
        }
    }

    boolean isList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    void list(String what, ItemReader reader) throws RuleFileException {
        if (!isList()) {
            throw error(what + " must be a list");
        }
        while (next() != JsonToken.END_ARRAY) {
            reader.read();
        }
    }

    /** Reads an object whose keys are all known and occur once. */
    void object(String what, List<String> known, FieldReader reader) throws RuleFileException {
        if (!isObject()) {
            throw error(what + " must be a mapping with the keys " + String.join(", ", known));
        }
        Set<String> seen = new HashSet<>();
        while (next() != JsonToken.END_OBJECT) {
            String key = key(known, seen);
            next();
            reader.read(key);
        }
    }

    private String key(List<String> known, Set<String> seen) throws RuleFileException {
        String key = text();
        if (!known.contains(key)) {
            throw error(Spelling.unknown("key", key, known));
        }
        if (!seen.add(key)) {
            throw error("the key '" + key + "' a second time; remove one");
        }
        return key;
    }

    /** The string here. */
    String string(String what) throws RuleFileException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw error(what + " must be a string; put it in quotes");
        }
        return text();
    }

    /**
     * What the string here means.
     *
     * @param meaning throws {@link IllegalArgumentException} for a word it doesn't know
     */
    <T> T word(String what, Function<String, T> meaning) throws RuleFileException {
        try {
            return meaning.apply(string(what));
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    /** The integer here, which may be in quotes: some clients send strings. */
    int integer(String what) throws RuleFileException {
        boolean number = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
        if (!number && parser.currentToken() != JsonToken.VALUE_STRING) {
            throw error(what + " must be an integer");
        }
        try {
            return number ? parser.getIntValue() : Integer.parseInt(text());
        } catch (NumberFormatException | IOException e) {
            throw error(what + " must be an integer from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
        }
    }

    boolean bool(String what) throws RuleFileException {
        boolean value = parser.currentToken() == JsonToken.VALUE_TRUE;
        if (!value && parser.currentToken() != JsonToken.VALUE_FALSE) {
            throw error(what + " must be true or false");
        }
        return value;
    }

    /** Where the current token begins. */
    Location location() {
        return location(parser.currentTokenLocation());
    }

    RuleFileException error(String problem) {
        return new RuleFileException(location(), problem);
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing what was read from memory failed", e);
        }
    }

    private String text() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    private @Nullable JsonToken next() throws RuleFileException {
        try {
            JsonToken token = parser.nextToken();
            if (parser instanceof YAMLParser yaml && (yaml.isCurrentAlias() || yaml.getObjectId() != null)) {
                throw error(NO_ALIASES);
            }
            return token;
        } catch (JsonProcessingException e) {
            throw syntaxError(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    private RuleFileException syntaxError(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            return yamlError(yaml);
        }
        String problem = e.getOriginalMessage().lines().findFirst().orElse("it can't be read");
        JsonLocation at = e.getLocation();
        return new RuleFileException(at == null ? location() : location(at), problem);
    }

    /** The same with the place where the reader got stuck, rather than where the construct began. */
    private RuleFileException yamlError(MarkedYAMLException e) {
        String context = Objects.requireNonNullElse(e.getContext(), "");
        boolean alias = context.contains("alias") || context.contains("anchor");
        String problem = (context.isEmpty() ? "" : context + ": ") + e.getProblem();
        Mark mark = e.getProblemMark();
        return new RuleFileException(
                new Location(file, mark.getLine() + 1, mark.getColumn() + 1), alias ? NO_ALIASES : problem);
    }

    private Location location(JsonLocation at) {
        return new Location(file, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }
}
