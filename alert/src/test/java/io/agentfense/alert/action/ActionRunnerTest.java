package io.agentfense.alert.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.rule.AlertAction;
import io.agentfense.alert.rule.AlertRule;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.MessageTemplate;
import io.agentfense.alert.rule.Severity;
import io.agentfense.alert.rule.Trigger;
import io.agentfense.audit.AuditEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ActionRunnerTest {
    private static final Pace QUICK = new Pace(Duration.ofMillis(300), Duration.ofMillis(1));

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();

    /** What a server might do; what it is asked to do is in {@link #calls}. */
    private class Actions implements AlertActions {
        @Override
        public void freeze(String sandboxId) throws IOException, InterruptedException {
            calls.add("freeze " + sandboxId);
        }

        @Override
        public void isolate(String sandboxId) throws IOException, InterruptedException {
            calls.add("isolate " + sandboxId);
        }

        @Override
        public void snapshot(String sandboxId) throws IOException, InterruptedException {
            calls.add("snapshot " + sandboxId);
        }

        @Override
        public void destroy(String sandboxId) throws IOException, InterruptedException {
            calls.add("destroy " + sandboxId);
        }

        @Override
        public void blockUser(String userId) throws IOException, InterruptedException {
            calls.add("block " + userId);
        }
    }

    @Test
    void actionsAreDoneInTheirOrder() {
        run(new Actions(), alert("sb_1", AlertAction.values()));

        assertThat(calls).containsExactly("freeze sb_1", "isolate sb_1", "snapshot sb_1", "destroy sb_1", "block ann");
        assertThat(outcomes())
                .containsExactly(
                        "freeze done 1", "isolate done 1", "snapshot done 1", "destroy done 1", "block_user done 1");
        assertThat(events.getFirst().event()).isEqualTo("alert_action");
        assertThat(events.getFirst().fields())
                .containsOnlyKeys("alert_id", "rule", "action", "outcome", "attempt", "user_id", "sandbox_id");
    }

    @Test
    void aFailureIsToldAndTriedOnceMoreAndKeepsNothingFromFollowing() {
        AlertActions failing = new Actions() {
            @Override
            public void snapshot(String sandboxId) throws IOException, InterruptedException {
                super.snapshot(sandboxId);
                throw new IOException("the disk is full");
            }

            @Override
            public void freeze(String sandboxId) throws IOException, InterruptedException {
                super.freeze(sandboxId);
                if (calls.size() == 1) {
                    throw new IllegalStateException("not now");
                }
            }
        };
        run(failing, alert("sb_1", AlertAction.FREEZE, AlertAction.SNAPSHOT, AlertAction.DESTROY));

        assertThat(calls)
                .containsExactly("freeze sb_1", "freeze sb_1", "snapshot sb_1", "snapshot sb_1", "destroy sb_1");
        assertThat(outcomes())
                .containsExactly(
                        "freeze failed 1 not now",
                        "freeze done 2",
                        "snapshot failed 1 the disk is full",
                        "snapshot failed 2 the disk is full",
                        "destroy done 1");
    }

    @Test
    void anActionThatDoesNotEndIsGivenUp() {
        AlertActions hanging = new Actions() {
            @Override
            public void freeze(String sandboxId) throws IOException, InterruptedException {
                Thread.sleep(Duration.ofDays(1));
            }
        };
        run(hanging, alert("sb_1", AlertAction.FREEZE, AlertAction.DESTROY));

        assertThat(outcomes())
                .containsExactly(
                        "freeze failed 1 it took longer than PT0.3S",
                        "freeze failed 2 it took longer than PT0.3S",
                        "destroy done 1");
    }

    @Test
    void anEventThatNamesNobodyIsAFailure() {
        run(new Actions(), alert("", AlertAction.FREEZE));

        assertThat(calls).isEmpty();
        assertThat(outcomes()).first().isEqualTo("freeze failed 1 the event says no sandbox_id");
    }

    @Test
    void hangingActionsKeepNoSixteenOthersWaitingAndAFloodIsTold() {
        AlertActions hanging = new Actions() {
            @Override
            public void freeze(String sandboxId) throws IOException, InterruptedException {
                Thread.sleep(Duration.ofDays(1));
            }
        };
        try (ActionRunner runner = new ActionRunner(
                hanging, events::add, () -> Instant.EPOCH, new Pace(Duration.ofDays(1), Duration.ZERO))) {
            for (int i = 0; i < 15; i++) {
                runner.begin(alert("sb_hang", AlertAction.FREEZE));
            }
            runner.begin(alert("sb_1", AlertAction.DESTROY));
            await().until(() -> calls.contains("destroy sb_1"));

            for (int i = 0; i < ActionRunner.MOST_WAITING; i++) {
                runner.begin(alert("sb_hang", AlertAction.FREEZE));
            }
            assertThat(outcomes()).filteredOn(line -> line.contains("too many")).hasSizeBetween(15, 16);
        }
    }

    private void run(AlertActions actions, Alert alert) {
        int before = events.size();
        try (ActionRunner runner = new ActionRunner(actions, events::add, () -> Instant.EPOCH, QUICK)) {
            runner.begin(alert);
        }
        assertThat(events.size()).isGreaterThan(before);
    }

    private List<String> outcomes() {
        return events.stream()
                .map(event -> event.text("action") + " " + event.text("outcome") + " " + event.number("attempt", -1)
                        + (event.text("error") == null ? "" : " " + event.text("error")))
                .toList();
    }

    private static Alert alert(String sandbox, AlertAction... actions) {
        AlertRule rule = new AlertRule(
                "r",
                Severity.CRITICAL,
                EventMatch.of("e"),
                new Trigger.Count(0, Duration.ofMinutes(1)),
                List.of("sandbox_id"),
                new MessageTemplate("m"),
                List.of(),
                List.of(actions));
        AuditEvent last = AuditEvent.of(Instant.EPOCH, "e")
                .with("sandbox_id", sandbox)
                .with("user_id", "ann")
                .build();
        return new Alert("al_1", rule, new LinkedHashMap<>(), Instant.EPOCH, Instant.EPOCH, 1, last);
    }
}
