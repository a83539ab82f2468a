package io.agentfense.alert.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.agentfense.audit.AuditEvent;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The events of a log of JSON lines, of the audit log or exported from it, also of one that is compressed by gzip, which is
 * told by its first bytes. What a line has beyond {@code timestamp} and {@code event} are its fields; nothing is verified.
 * Not thread-safe.
 */
public final class EventReader implements Closeable {
    private static final int LONGEST_LINE = 16 << 20;
    private static final int GZIP = 0x1f8b;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxStringLength(LONGEST_LINE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final String name;
    private final InputStream in;
    private long line;
    private boolean ended;
    private boolean torn;

    private EventReader(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * Opens a log.
     *
     * @throws IOException if it can't be read
     */
    public static EventReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            in.mark(2);
            boolean compressed = ((in.read() << 8) | in.read()) == GZIP;
            in.reset();
            return new EventReader(file.toString(), compressed ? new BufferedInputStream(new GZIPInputStream(in)) : in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * The next event; null at the end.
     *
     * @throws IOException if the line is none of a log; says which
     */
    public @Nullable AuditEvent next() throws IOException {
        byte[] text = nextLine();
        while (text.length == 0 && !ended) {
            text = nextLine();
        }
        if (text.length == 0) {
            return null;
        }
        try {
            return event(text);
        } catch (IOException e) {
            if (ended) {
                torn = true;
                return null;
            }
            throw e;
        }
    }

    /** Whether the log ended in the middle of a line, as one does that is being written; that line was left out. */
    public boolean isTorn() {
        return torn;
    }

    private AuditEvent event(byte[] text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            AuditEvent event = event(mapping(parser));
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON object");
            }
            return event;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    place() + e.getOriginalMessage().lines().findFirst().orElse("no JSON"), e);
        } catch (IOException e) {
            throw new IOException(place() + e.getMessage(), e);
        }
    }

    private String place() {
        return name + ":" + line + ": ";
    }

    private static AuditEvent event(SequencedMap<String, Object> fields) throws IOException {
        Object timestamp = fields.remove("timestamp");
        Object name = fields.remove("event");
        if (!(timestamp instanceof String time) || !(name instanceof String event)) {
            throw new IOException("an event needs the keys timestamp and event");
        }
        return new AuditEvent(instant(time), event, fields);
    }

    private static Instant instant(String time) throws IOException {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            throw new IOException("the timestamp is none of RFC 3339", e);
        }
    }

    private static SequencedMap<String, Object> mapping(JsonParser parser) throws IOException {
        SequencedMap<String, Object> mapping = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                mapping.put(name, value);
            }
        }
        return mapping;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser);
            case START_ARRAY -> list(parser);
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private static List<Object> list(JsonParser parser) throws IOException {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser);
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }

    /** The next line without its newline; what is left at the end, which may be nothing. */
    private byte[] nextLine() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        line++;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                ended = true;
                break;
            }
            if (text.size() == LONGEST_LINE) {
                throw new IOException(place() + "longer than any line of a log");
            }
            text.write(next);
        }
        return text.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
