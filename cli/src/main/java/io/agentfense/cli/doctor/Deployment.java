package io.agentfense.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.cli.Failure;
import io.agentfense.cli.doctor.Checkup.State;
import io.agentfense.cli.doctor.Laboratory.Ran;
import io.agentfense.cli.remote.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pre-deployment checklist, tried with a running server: what it withholds is asked for in sandboxes of it, what it
 * writes down is read. Confined to one thread.
 */
final class Deployment {
    private static final List<String> SECRETS =
            List.of(".env", ".env.production", "deep/down/.env", "secrets/token", "server.key", "credentials.json");
    private static final Pattern RECEIVER =
            Pattern.compile("^agentfense_audit_forward_up\\{receiver=\"([^\"]*)\"[^}]*} (\\S+)");
    private static final String SOURCE = "src/main.py";
    private static final long MEMORY = 64 << 20;
    private static final int MORE_THAN_THE_ALERT = 12;

    private final Server server;
    private final Laboratory laboratory;
    private final Duration patience;
    private final Consumer<Checkup> told;

    private Deployment(Server server, Laboratory laboratory, Duration patience, Consumer<Checkup> told) {
        this.server = server;
        this.laboratory = laboratory;
        this.patience = patience;
        this.told = told;
    }

    /**
     * Goes through it.
     *
     * @param patience how long to wait for what the server does by the clock
     * @param told hears of each item as soon as it is known
     * @throws IOException if the server can't be asked at all
     */
    static void checkUp(Server server, Duration patience, Consumer<Checkup> told) throws IOException {
        List<String> files = new ArrayList<>(SECRETS);
        files.add(SOURCE);
        try (Laboratory laboratory = Laboratory.open(server, files)) {
            new Deployment(server, laboratory, patience, told).all();
        }
    }

    private void all() throws IOException {
        String shortLived = laboratory.sandbox(Map.of(), "1s");
        String sandbox = laboratory.sandbox(Map.of(), "");
        item("secrets are hidden", () -> secrets(sandbox));
        item("output is writable", () -> output(sandbox));
        item("sources are read-only", () -> sources(sandbox));
        item("memory limit", this::memory);
        item("processor limit", this::processor);
        item("network is off", () -> network(sandbox));
        item("audit log", () -> audit(sandbox));
        item("forwarded to a SIEM", this::forwarding);
        item("alerts", () -> alerts(sandbox));
        item("sandboxes expire", () -> expiry(shortLived));
    }

    /** What one item found. */
    @FunctionalInterface
    private interface Item {
        Checkup check() throws IOException;
    }

    private void item(String name, Item item) {
        Checkup found;
        try {
            found = item.check();
        } catch (IOException e) {
            found = fail("can't be tried: " + e.getMessage(), "");
        }
        told.accept(new Checkup(name, found.state(), found.finding(), found.remedy()));
    }

    private static Checkup pass(String finding) {
        return new Checkup("", State.PASS, finding, "");
    }

    private static Checkup fail(String finding, String remedy) {
        return new Checkup("", State.FAIL, finding, remedy);
    }

    private Checkup secrets(String sandbox) throws IOException {
        List<String> leaks = new ArrayList<>();
        Map<String, String> ways = Map.of(
                "cat",
                "cat " + String.join(" ", SECRETS) + " 2>/dev/null",
                "ls",
                "ls -aR . | grep -xE '\\.env.*|.*\\.key|credentials.*|token'",
                "find",
                "find . -name '.env*' -o -name '*.key' -o -name 'credentials*' -o -name token",
                "grep",
                "grep -rl " + Laboratory.MARKER + " . | grep -v '" + SOURCE + "'");
        for (Map.Entry<String, String> way : ways.entrySet()) {
            if (!laboratory.run(sandbox, way.getValue()).output().isEmpty()) {
                leaks.add(way.getKey());
            }
        }
        return leaks.isEmpty()
                ? pass("cat, ls, find and grep get none of " + SECRETS.size() + " planted ones")
                : fail(String.join(", ", leaks) + " found planted ones", "report this: it is a fault of AgentFense");
    }

    private Checkup output(String sandbox) throws IOException {
        Ran ran = laboratory.run(sandbox, "echo written > output/doctor && cat output/doctor");
        return ran.output().equals("written\n")
                ? pass("a file in /workspace/output was written and read")
                : fail(
                        "writing to /workspace/output gave: " + ran.output().strip(),
                        "look at the disk of storage.delta_path");
    }

    private Checkup sources(String sandbox) throws IOException {
        for (String change : List.of("echo x >> " + SOURCE, "rm -f " + SOURCE, "mv " + SOURCE + " src/b.py")) {
            if (laboratory.run(sandbox, change).exitCode() == 0) {
                return fail(
                        "\"" + change + "\" succeeded under agent-safe", "report this: it is a fault of AgentFense");
            }
        }
        return pass("appending, removing and renaming were refused");
    }

    private Checkup memory() throws IOException {
        String sandbox = laboratory.sandbox(Map.of("memory_bytes", MEMORY), "");
        Ran ran = laboratory.run(sandbox, "head -c 400000000 /dev/zero | tail | wc -c");
        return ran.limit().equals("memory")
                ? pass("400 MB were refused in a sandbox of 64 MiB")
                : fail(
                        "400 MB fit into a sandbox of 64 MiB",
                        "run agentfense doctor on the server's machine: control groups");
    }

    /** A quarter of a processor for two seconds is half a second; twice that is allowed for. */
    private Checkup processor() throws IOException {
        String sandbox = laboratory.sandbox(Map.of("cpu_quota", 25_000L), "");
        laboratory.run(sandbox, "timeout 2 sh -c 'while :; do :; done'");
        String used = server.get("/v1/sandboxes/" + Server.encoded(sandbox) + "/usage")
                .path("cpuTime")
                .asText("9s");
        double seconds = Double.parseDouble(used.replace("s", ""));
        return seconds < 1
                ? pass("a busy loop of 2 s got %.2f s of a quarter of a processor".formatted(seconds))
                : fail(
                        "a busy loop of 2 s got %.2f s of a quarter of a processor".formatted(seconds),
                        "run agentfense doctor on the server's machine: control groups");
    }

    private Checkup network(String sandbox) throws IOException {
        List<String> tried = new ArrayList<>();
        for (String way : List.of(
                "curl -sS -m 3 http://192.0.2.1", "wget -q -T 3 -O- http://192.0.2.1", "ping -c 1 -W 2 192.0.2.1")) {
            String program = way.substring(0, way.indexOf(' '));
            if (laboratory.run(sandbox, "command -v " + program).exitCode() != 0) {
                continue;
            }
            tried.add(program);
            if (laboratory.run(sandbox, way).exitCode() == 0) {
                return fail(
                        program + " reached 192.0.2.1, which nobody has", "look for a proxy in the sandbox's network");
            }
        }
        // No route beyond loopback is what makes all programs fail, those that are not installed too.
        Ran routes = laboratory.run(sandbox, "tail -n +2 /proc/net/route; tail -n +3 /proc/net/dev | grep -v ' lo:'");
        return routes.output().isBlank()
                ? pass("no way out of the sandbox"
                        + (tried.isEmpty() ? "" : "; " + String.join(", ", tried) + " failed"))
                : fail(
                        "a sandbox without a network policy has a network",
                        "set runtime.docker.enable_networking: false, and name a policy for those that need one");
    }

    private Checkup audit(String sandbox) throws IOException {
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
    private Checkup forwarding() throws IOException {
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

    private Checkup alerts(String sandbox) throws IOException {
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

    private Checkup expiry(String sandbox) throws IOException {
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
