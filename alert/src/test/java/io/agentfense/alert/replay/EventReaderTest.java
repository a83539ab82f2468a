package io.agentfense.alert.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private static final String LINES = """
            {"timestamp": "2026-02-03T10:15:30Z", "event": "sandbox_created", "resources": {"pids_limit": 100}, "a": null}

            {"event": "permission_denied", "timestamp": "2026-02-03T12:15:30.5+02:00", "count": 3, "path": "a\\nb\\ud800"}
            """;

    @TempDir
    Path directory;

    @Test
    void linesAreEvents() throws IOException {
        List<AuditEvent> events = read(Files.writeString(directory.resolve("log"), LINES));

        assertThat(events.getFirst().timestamp()).isEqualTo(Instant.parse("2026-02-03T10:15:30Z"));
        assertThat(events.getFirst().fields()).hasToString("{resources={pids_limit=100}}");
        assertThat(events.getLast().timestamp()).isEqualTo(Instant.parse("2026-02-03T10:15:30.5Z"));
        assertThat(events.getLast().number("count", 0)).isEqualTo(3);
        assertThat(events.getLast().text("path")).isEqualTo("a\nb\ud800");
    }

    @Test
    void aCompressedLogIsTheSameWhateverItIsCalled() throws IOException {
        Path file = directory.resolve("log");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(LINES.getBytes());
        }

        assertThat(read(file)).isEqualTo(read(Files.writeString(directory.resolve("plain"), LINES)));
    }

    @Test
    void aLastLineNeedsNoNewlineIfItIsWhole() throws IOException {
        assertThat(read(Files.writeString(directory.resolve("log"), LINES.stripTrailing())))
                .hasSize(2);
        assertThat(read(Files.writeString(directory.resolve("empty"), ""))).isEmpty();
    }

    @Test
    void aTornLastLineIsLeftOutAndTold() throws IOException {
        Path file = Files.writeString(directory.resolve("log"), LINES + "{\"timestamp\": \"2026-02-");
        try (EventReader reader = EventReader.open(file)) {
            assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNotNull();
            assertThat(reader.isTorn()).isFalse();
            assertThat(reader.next()).isNull();
            assertThat(reader.isTorn()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "[]",
                "{}",
                "{\"timestamp\": \"2026-02-03T10:15:30Z\"}",
                "{\"timestamp\": 7, \"event\": \"e\"}",
                "{\"timestamp\": \"yesterday\", \"event\": \"e\"}",
                "{\"timestamp\": \"2026-02-03T10:15:30Z\", \"event\": \"e\", \"event\": \"f\"}",
                "{\"timestamp\": \"2026-02-03T10:15:30Z\", \"event\": \"e\"} {}"
            })
    void whatIsNoEventIsNamedByItsLine(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("log"), LINES + line + "\n");

        assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class).hasMessageStartingWith(file + ":4: ");
    }

    private static List<AuditEvent> read(Path file) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        try (EventReader reader = EventReader.open(file)) {
            for (AuditEvent event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
        }
        return events;
    }
}
