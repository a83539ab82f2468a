package io.agentfense.server.sandbox;

import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.server.store.SandboxRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happened in sandboxes that somebody outside should hear of: the latest of each is kept in memory, from its first
 * start in this process until it is destroyed; all are counted and logged. Thread-safe.
 */
public final class EventLog {
    private final Activity activity;
    private final Trail trail;
    private final Map<String, RecentEvents> recent = new ConcurrentHashMap<>();

    /**
     * An empty one.
     *
     * @param activity hears of these events too
     * @param trail where they are written down too
     */
    public EventLog(Activity activity, Trail trail) {
        this.activity = activity;
        this.trail = trail;
    }

    /** Where the events of a sandbox go, from before its start until after its end. */
    SandboxEvents of(SandboxRecord sandbox) {
        RecentEvents kept = recent.computeIfAbsent(sandbox.id(), _ -> new RecentEvents());
        EventLines lines = new EventLines(sandbox.id(), sandbox.ownerId());
        return event -> {
            kept.add(event);
            activity.happened(event);
            lines.write(event);
            trail.offer(AuditEvents.happened(sandbox, event));
        };
    }

    /** What is kept of a sandbox. */
    Insight.Events list(String sandboxId) {
        RecentEvents kept = recent.get(sandboxId);
        return kept == null ? new Insight.Events(List.of(), 0) : kept.list();
    }

    /** Forgets a sandbox that is no more. */
    void forget(String sandboxId) {
        recent.remove(sandboxId);
    }

    /** What kind of event it is, in answers and in the log. */
    public static String name(SandboxEvent event) {
        return switch (event) {
            case SandboxEvent.LimitExceeded _ -> "resource_limit_exceeded";
            case SandboxEvent.NetworkDenied _ -> "network_denied";
            case SandboxEvent.SecretFound _ -> "secret_found";
            case SandboxEvent.SecretVariable _ -> "secret_in_environment";
            case SandboxEvent.CredentialUsed _ -> "credential_used";
        };
    }
}
