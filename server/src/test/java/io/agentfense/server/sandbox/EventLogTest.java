package io.agentfense.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.server.metrics.ServerMeters;
import io.agentfense.server.store.Records;
import io.agentfense.server.store.SandboxRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What becomes of events, of which programs inside may make as many as they like, with names as they like. */
class EventLogTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("agentfense.events");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventLog log = new EventLog(new ServerMeters(meters, "test"), new NoTrail());
    private final SandboxRecord sandbox = Records.sandbox(Records.codebase("owner"), Records.NOON, Map.of());
    private final SandboxEvents events = log.of(sandbox);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.setContext(LOGGER.getLoggerContext());
        lines.start();
        LOGGER.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.detachAppender(lines);
    }

    private static SandboxEvent limit(long count) {
        return new SandboxEvent.LimitExceeded(Instant.now(), Resource.MEMORY, 10, 9, count);
    }

    private static SandboxEvent denial(String host) {
        return new SandboxEvent.NetworkDenied(Instant.now(), "dns", host, 53, "no rule");
    }

    private String json(ILoggingEvent line) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(LOGGER.getLoggerContext());
        encoder.start();
        return new String(encoder.encode(line), StandardCharsets.UTF_8);
    }

    @Test
    void anEventIsALineWithItsFields() {
        events.happened(limit(3));
        assertThat(json(lines.list.getFirst()))
                .contains("\"agentfense.events\"")
                .contains("\"event\":\"resource_limit_exceeded\"")
                .contains("\"sandbox_id\":\"" + sandbox.id() + "\"")
                .contains("\"user_id\":\"owner\"")
                .contains("\"resource\":\"memory_bytes\"")
                .contains("\"limit\":\"10\"")
                .contains("\"usage\":\"9\"")
                .contains("\"count\":\"3\"");
    }

    @Test
    void aNameFromInsideForgesNothingInALine() {
        events.happened(denial("a\" event=\"x\n\u001b[2Jb\u202e"));
        assertThat(lines.list.getFirst().getKeyValuePairs())
                .filteredOn(pair -> pair.key.equals("host"))
                .extracting(pair -> pair.value)
                .containsExactly("a? event=?x??[2Jb?");
    }

    @Test
    void aFloodFillsNeitherLogNorMemoryAndHidesNoOtherEvent() {
        events.happened(limit(1));
        for (int i = 0; i < 5000; i++) {
            events.happened(denial("host" + i));
        }
        events.happened(limit(1));

        assertThat(lines.list).hasSizeLessThan(500);
        Insight.Events kept = log.list(sandbox.id());
        assertThat(kept.events()).hasSize(RecentEvents.KEPT + 2);
        assertThat(kept.dropped()).isEqualTo(5000 - RecentEvents.KEPT);
        assertThat(kept.events().stream().filter(SandboxEvent.LimitExceeded.class::isInstance))
                .hasSize(2);
        assertThat(kept.events().stream()
                        .filter(SandboxEvent.NetworkDenied.class::isInstance)
                        .map(event -> ((SandboxEvent.NetworkDenied) event).host())
                        .toList()
                        .getLast())
                .isEqualTo("host4999");
        assertThat(meters.get("agentfense.network.denials").counter().count()).isEqualTo(5000);
    }

    @Test
    void whatIsForgottenIsNotThereAgainByALateEvent() {
        events.happened(limit(1));
        log.forget(sandbox.id());
        events.happened(limit(1));
        assertThat(log.list(sandbox.id()).events()).isEqualTo(List.of());
    }
}
