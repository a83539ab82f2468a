package io.agentfense.server.sandbox;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.format.NameText;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Outcome;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.guest.ResourceUsage;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.Denials.Denial;
import io.agentfense.workspace.delta.BytePath;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The records of what sandboxes do, by the names and in the order of SPECIFICATION.md. Stateless. */
final class AuditEvents {
    /** A script can be long; its beginning tells what it is. */
    private static final int COMMAND_CHARS = 8192;

    private static final int MOST_PATHS = 100;

    private AuditEvents() {}

    private static AuditEvent.Builder of(SandboxRecord sandbox, Instant at, String event) {
        return AuditEvent.of(at, event)
                .with("user_id", sandbox.ownerId())
                .with("sandbox_id", sandbox.id())
                .with("codebase_id", sandbox.codebaseId());
    }

    static AuditEvent created(SandboxRecord sandbox) {
        return of(sandbox, sandbox.createdAt(), "sandbox_created")
                .with("permissions", permissions(sandbox.rules()))
                .with("runtime", sandbox.runtime().name().toLowerCase(Locale.ROOT))
                .with("image", sandbox.image())
                .with("root", sandbox.root())
                .with("resources", resources(sandbox.resources()))
                .with("labels", sandbox.labels())
                .build();
    }

    private static List<Map<String, Object>> permissions(List<Rule> rules) {
        return rules.stream()
                .map(rule -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("pattern", rule.pattern());
                    fields.put("type", rule.type().label());
                    fields.put("permission", rule.permission().label());
                    fields.put("priority", (long) rule.priority());
                    if (rule.mask()) {
                        fields.put("mask", true);
                    }
                    return fields;
                })
                .toList();
    }

    private static Map<String, Object> resources(Resources resources) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "memory_bytes", resources.memoryBytes());
        put(fields, "cpu_quota", resources.cpuQuota());
        put(fields, "cpu_shares", resources.cpuShares());
        put(fields, "pids_limit", resources.pidsLimit());
        put(fields, "disk_bytes", resources.diskBytes());
        put(fields, "nofile", resources.nofile());
        put(fields, "output_bytes", resources.outputBytes());
        put(fields, "max_runtime", resources.maxRuntime());
        return fields;
    }

    private static void put(Map<String, Object> fields, String key, long limit) {
        if (limit > 0) {
            fields.put(key, limit);
        }
    }

    static AuditEvent started(SandboxRecord sandbox, Instant at, Duration took, List<String> degraded) {
        AuditEvent.Builder event = of(sandbox, at, "sandbox_started").with("duration_ms", took.toMillis());
        return degraded.isEmpty()
                ? event.build()
                : event.with("degraded", degraded).build();
    }

    static AuditEvent startFailed(SandboxRecord sandbox, Instant at, String reason) {
        return of(sandbox, at, "sandbox_start_failed").with("reason", reason).build();
    }

    static AuditEvent stopped(SandboxRecord sandbox, Instant at, String state, String reason) {
        return of(sandbox, at, "sandbox_stopped")
                .with("state", state)
                .with("reason", reason)
                .build();
    }

    static AuditEvent frozen(SandboxRecord sandbox, Instant at) {
        return of(sandbox, at, "sandbox_frozen").build();
    }

    /** It was isolated, with what became of its processes. */
    static AuditEvent isolated(SandboxRecord sandbox, Instant at, Isolation isolation, String processes) {
        return of(sandbox, at, "sandbox_isolated")
                .with("by", isolation.by())
                .with("reason", isolation.reason())
                .with("processes", processes)
                .build();
    }

    static AuditEvent released(SandboxRecord sandbox, Instant at, String by, String reason) {
        return of(sandbox, at, "sandbox_released")
                .with("by", by)
                .with("reason", reason)
                .build();
    }

    static AuditEvent expired(SandboxRecord sandbox, Instant at) {
        return of(sandbox, at, "sandbox_expired").build();
    }

    static AuditEvent destroyed(SandboxRecord sandbox, Instant at) {
        return of(sandbox, at, "sandbox_destroyed").build();
    }

    static AuditEvent rulesChanged(SandboxRecord sandbox, Instant at, List<Rule> rules) {
        return of(sandbox, at, "rules_changed")
                .with("permissions", permissions(rules))
                .build();
    }

    /** A session was opened or closed. */
    static AuditEvent session(RunningSandbox sandbox, Instant at, String event, String session, String reason) {
        return of(sandbox.record(), at, event)
                .with("session_id", session)
                .with("reason", reason)
                .build();
    }

    /**
     * A command came to its end.
     *
     * @param session of which session it was; empty if of none
     */
    static AuditEvent command(
            RunningSandbox sandbox, Instant at, String command, String session, ExecutionResult result) {
        boolean whole = command.length() <= COMMAND_CHARS;
        AuditEvent.Builder event = of(
                        sandbox.record(), at, session.isEmpty() ? "command_executed" : "session_command_executed")
                .with("session_id", session)
                .with("command", whole ? command : command.substring(0, COMMAND_CHARS))
                .with("exit_code", result.exitCode())
                .with("duration_ms", result.duration().toMillis())
                .with("outcome", outcome(result.outcome()));
        if (!whole) {
            event.with("command_length", command.length());
        }
        ResourceUsage usage = result.usage();
        return event.with("cpu_ms", (usage.userMicros() + usage.systemMicros()) / 1000)
                .with("max_memory_bytes", usage.maxResidentKib() << 10)
                .build();
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited _ -> "exited";
            case Outcome.Signaled _ -> "signaled";
            case Outcome.TimedOut _ -> "timed_out";
            case Outcome.SandboxEnded _ -> "sandbox_ended";
            case Outcome.NotStarted _ -> "not_started";
        };
    }

    /** What the rules refused. */
    static AuditEvent denied(RunningSandbox sandbox, Instant at, Denial denial, int pid, String executable) {
        AuditEvent.Builder event = AuditEvent.of(at, "permission_denied")
                .with("sandbox_id", sandbox.id())
                .with("path", "/workspace/" + NameText.of(denial.path()))
                .with("operation", denial.operation())
                .with("permission", denial.permission().label())
                .with("user_id", sandbox.ownerId())
                .with("codebase_id", sandbox.codebaseId());
        List<Rule> rules = sandbox.rulesInForce();
        if (denial.rule() >= 0 && denial.rule() < rules.size()) {
            event.with("rule", rules.get(denial.rule()).toString());
        }
        if (pid > 0) {
            event.with("pid", pid);
        }
        return event.with("executable", executable).build();
    }

    /** A file is read with secrets masked. */
    static AuditEvent masked(
            RunningSandbox sandbox,
            Instant at,
            byte[] path,
            int pid,
            String executable,
            int secrets,
            Set<String> secretRules) {
        AuditEvent.Builder event = AuditEvent.of(at, "secret_masked")
                .with("sandbox_id", sandbox.id())
                .with("path", "/workspace/" + NameText.of(path))
                .with("user_id", sandbox.ownerId())
                .with("codebase_id", sandbox.codebaseId())
                .with("secrets", secrets)
                .with("secret_rules", secretRules.stream().sorted().toList());
        if (pid > 0) {
            event.with("pid", pid);
        }
        return event.with("executable", executable).build();
    }

    /** A limit was reached, the network refused something, a secret was used, or a file or a variable holds one. */
    static AuditEvent happened(SandboxRecord sandbox, SandboxEvent event) {
        AuditEvent.Builder fields = of(sandbox, event.at(), EventLog.name(event));
        return switch (event) {
            case SandboxEvent.LimitExceeded limit ->
                fields.with("resource", limit.resource().key())
                        .with("limit", limit.limit())
                        .with("usage", limit.usage())
                        .with("count", limit.count())
                        .build();
            case SandboxEvent.NetworkDenied denied ->
                fields.with("transport", denied.transport())
                        .with("host", denied.host())
                        .with("port", denied.port())
                        .with("rule", denied.rule())
                        .with("count", denied.count())
                        .build();
            case SandboxEvent.SecretFound secret ->
                fields.with("path", NameText.of(secret.path()))
                        .with("rule", secret.rule())
                        .with("line", secret.line())
                        .with("outcome", secret.outcome())
                        .build();
            case SandboxEvent.SecretVariable secret ->
                fields.with("variable", secret.variable())
                        .with("rule", secret.rule())
                        .with("outcome", secret.outcome())
                        .build();
            case SandboxEvent.CredentialUsed use -> used(fields, use);
        };
    }

    private static AuditEvent used(AuditEvent.Builder fields, SandboxEvent.CredentialUsed use) {
        fields.with("secret", use.secret()).with("host", use.host()).with("port", use.port());
        if (!use.method().isEmpty()) {
            fields.with("method", use.method()).with("url_path", use.path());
        }
        if (use.status() > 0) {
            fields.with("status", use.status());
        }
        return fields.with("count", use.count()).build();
    }

    /** What a sandbox wrote landed, was dropped, or did not land. */
    static AuditEvent delta(SandboxRecord sandbox, Instant at, String event, List<BytePath> paths) {
        List<String> shown = paths.stream()
                .limit(MOST_PATHS)
                .map(path -> "/workspace/" + NameText.of(path.bytes()))
                .toList();
        return of(sandbox, at, event)
                .with("changes", paths.size())
                .with("paths", shown)
                .build();
    }
}
