package io.agentfense.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.alert.action.AlertActions;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.alert.evaluate.Evaluator;
import io.agentfense.alert.text.AlertSettings;
import io.agentfense.alert.text.AlertsFile;
import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** All of it together, from events to actions and to the log again. */
class AlertsTest {
    private static final Instant START = Instant.parse("2026-02-03T10:15:30Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<AuditEvent> log = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final AlertActions actions = new AlertActions() {
        @Override
        public void freeze(String sandboxId) {
            calls.add("freeze " + sandboxId);
        }

        @Override
        public void isolate(String sandboxId) {
            calls.add("isolate " + sandboxId);
        }

        @Override
        public void snapshot(String sandboxId) {
            calls.add("snapshot " + sandboxId);
        }

        @Override
        public void destroy(String sandboxId) {
            calls.add("destroy " + sandboxId);
        }

        @Override
        public void blockUser(String userId) {
            calls.add("block " + userId);
        }
    };

    @Test
    void denialsFreezeASandboxAndTheLogHasAllOfIt() throws IOException {
        AlertSettings settings = AlertsFile.read("""
                rules:
                  - name: probing
                    severity: critical
                    kind: count
                    events: permission_denied
                    more_than: 2
                    window: 1m
                    group_by: sandbox_id
                    actions: [freeze, block_user]
                  - {name: answered, severity: low, kind: any, events: alert_action}
                """);
        AtomicReference<Alerts> running = new AtomicReference<>();
        // As a server has it: what alerts write comes to them again with the rest of the log.
        try (Alerts alerts = Alerts.start(
                settings,
                actions,
                event -> {
                    log.add(event);
                    running.get().accept(event);
                },
                clock())) {
            running.set(alerts);
            for (int i = 0; i < 5; i++) {
                alerts.accept(denied(i));
            }
            await().until(() -> names().size() == 4);

            assertThat(names())
                    .startsWith("alert_raised probing", "alert_action freeze")
                    .contains("alert_action block_user", "alert_raised answered");
            assertThat(calls).containsExactly("freeze sb_1", "block ann");
            assertThat(alerts.open()).hasSize(2);

            now.set(START.plusSeconds(3600));
            await().until(() -> names().contains("alert_closed probing"));
            assertThat(alerts.open()).isEmpty();
        }
        assertThat(running.get().unrecorded()).isZero();
    }

    @Test
    void aSessionThatGoesOnIsAnAlertWithoutAnyEvent() throws IOException {
        try (Alerts alerts = Alerts.start(AlertSettings.DEFAULTS, actions, log::add, clock())) {
            alerts.accept(AuditEvent.of(START, "session_opened")
                    .with("session_id", "sess_1")
                    .build());
            now.set(START.plusSeconds(3602));

            await().until(() -> names().contains("alert_raised long_running_session"));
            assertThat(log.getFirst().timestamp()).isEqualTo(START.plusSeconds(3600));
        }
    }

    @Test
    void aLogThatStandsStillKeepsNoActionWaiting() throws Exception {
        AlertSettings settings = AlertsFile.read("""
                rules: [{name: r, severity: high, kind: any, events: e, group_by: sandbox_id, actions: destroy}]
                """);
        CountDownLatch disk = new CountDownLatch(1);
        try (Alerts alerts = Alerts.start(
                settings,
                actions,
                event -> {
                    try {
                        disk.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    log.add(event);
                },
                clock())) {
            for (int i = 0; i < 20; i++) {
                alerts.accept(
                        AuditEvent.of(START, "e").with("sandbox_id", "sb_" + i).build());
            }
            await().until(() -> calls.size() == 20);
            assertThat(log).isEmpty();
            disk.countDown();
        }
        assertThat(names()).hasSize(40);
    }

    @Test
    void aRestartForgetsNoAlertAndNoCountAndRepeatsNothing() throws IOException {
        List<AuditEvent> past = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            past.add(denied(i));
        }
        for (int i = 0; i < 10; i++) {
            past.add(AuditEvent.of(START.plusSeconds(12), "permission_denied")
                    .with("sandbox_id", "sb_2")
                    .build());
        }
        now.set(START.plusSeconds(13));
        try (Alerts alerts = Alerts.start(AlertSettings.DEFAULTS, past, actions, log::add, clock())) {
            assertThat(alerts.open()).hasSize(1);
            alerts.accept(AuditEvent.of(now.get(), "permission_denied")
                    .with("sandbox_id", "sb_2")
                    .build());
            now.set(START.plusSeconds(3600));
            await().until(() -> names().size() == 3);

            assertThat(names())
                    .containsExactly(
                            "alert_raised permission_denials",
                            "alert_closed permission_denials",
                            "alert_closed permission_denials");
            assertThat(log.getFirst().text("sandbox_id")).isEqualTo("sb_2");
            assertThat(log.get(1).text("sandbox_id")).isEqualTo("sb_1");
        }
    }

    @Test
    void aReplayOfItsLogGivesTheSameAlerts() throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            events.add(denied(i));
        }
        try (Alerts alerts = Alerts.start(AlertSettings.DEFAULTS, actions, log::add, clock())) {
            for (AuditEvent event : events) {
                now.set(event.timestamp());
                alerts.accept(event);
            }
            now.set(START.plusSeconds(7200));
            await().until(() -> names().contains("alert_closed permission_denials"));
        }

        List<AuditEvent> replayed = new ArrayList<>();
        Evaluator evaluator = new Evaluator(
                AlertSettings.DEFAULTS.rules(),
                (AlertChange change) -> change.toEvent().ifPresent(replayed::add));
        List<AuditEvent> all = new ArrayList<>(events);
        all.addAll(log);
        all.sort(Comparator.comparing(AuditEvent::timestamp));
        all.forEach(evaluator::accept);
        evaluator.advance(START.plusSeconds(7200));
        assertThat(replayed).isEqualTo(log).hasSize(2);
    }

    private InstantSource clock() {
        return now::get;
    }

    private List<String> names() {
        return log.stream()
                .map(event -> event.event() + " "
                        + (event.event().equals("alert_action") ? event.text("action") : event.text("rule")))
                .toList();
    }

    private static AuditEvent denied(int second) {
        return AuditEvent.of(START.plusSeconds(second), "permission_denied")
                .with("sandbox_id", "sb_1")
                .with("user_id", "ann")
                .with("path", "/workspace/.env")
                .build();
    }
}
