package io.agentfense.cli.doctor;

import static io.agentfense.cli.doctor.Checkup.fail;
import static io.agentfense.cli.doctor.Checkup.pass;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.cli.Failure;
import io.agentfense.cli.remote.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server writes down of its sandboxes and tells of them, and when it ends them. Confined to one thread. */
final class Oversight {
    private static final Pattern RECEIVER =
            Pattern.compile("^agentfense_audit_forward_up\\{receiver=\"([^\"]*)\"[^}]*} (\\S+)");
    private static final int MORE_THAN_THE_ALERT = 12;

    private final Server server;
    private final Laboratory laboratory;
    private final Duration patience;

    /**
     * Of a server.
     *
     * @param patience how long to wait for what it does by the clock
     */
    Oversight(Server server, Laboratory laboratory, Duration patience) {
        this.server = server;
        this.laboratory = laboratory;
        this.patience = patience;
    }

    Checkup audit(String sandbox) throws IOException {
        String log;
        try (InputStream records = server.download("/v1/audit?sandbox_id=" + Server.encoded(sandbox))) {
            log = new String(records.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String event : List.of("sandbox_created", "command_executed", "permission_denied")) {
            if (!log.contains("\"event\":\"" + event + "\"")) {
                return fail("what was just done is not in it: no " + event, "set audit.enabled: true");
            }
        }
        return pass("has the sandbox, its commands and its denials");
    }

    /** By the server's metrics: nothing of what is sent can be asked of the receivers. */
    Checkup forwarding() throws IOException {
        List<String> up = new ArrayList<>();
        List<String> down = new ArrayList<>();
        try (InputStream metrics = server.download("/metrics")) {
            for (String line : new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                Matcher receiver = RECEIVER.matcher(line);
                if (receiver.find()) {
                    (receiver.group(2).startsWith("1") ? up : down).add(receiver.group(1));
                }
            }
        }
        if (up.isEmpty() && down.isEmpty()) {
            return fail(
                    "the audit log goes to no receiver", "name one in audit.forward: syslog, webhook, otlp or stdout");
        }
        return down.isEmpty()
                ? pass("taken by " + String.join(", ", up))
                : fail(
                        "not taken by " + String.join(", ", down),
                        "see the server's log for what these receivers answer");
    }

    Checkup alerts(String sandbox) throws IOException {
        for (int i = 0; i < MORE_THAN_THE_ALERT; i++) {
            laboratory.run(sandbox, "cat .env");
        }
        return eventually(() -> isAlerted(sandbox))
                ? pass(MORE_THAN_THE_ALERT + " denials within a minute raised one")
                : fail(
                        MORE_THAN_THE_ALERT + " denials within a minute raised none",
                        "see the section alerts of the configuration: agentfense alerts rules");
    }

    private boolean isAlerted(String sandbox) throws IOException {
        for (JsonNode alert : server.get("/v1/alerts").path("alerts")) {
            if (alert.path("group").path("sandbox_id").asText().equals(sandbox)) {
                return true;
            }
        }
        return false;
    }

    Checkup expiry(String sandbox) throws IOException {
        return eventually(() -> isGone(sandbox))
                ? pass("one that was to last a second is gone")
                : fail(
                        "one that was to last a second was still there after " + patience.toSeconds() + " s",
                        "set sandbox.cleanup_interval below that, or wait longer with --patience");
    }

    private boolean isGone(String sandbox) throws IOException {
        try {
            server.get("/v1/sandboxes/" + Server.encoded(sandbox));
            return false;
        } catch (Failure e) {
            if (e.exitCode() == Failure.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface Question {
        boolean answer() throws IOException;
    }

    private boolean eventually(Question question) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (!question.answer()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(Failure.GENERAL, "interrupted");
            }
        }
        return true;
    }
}
