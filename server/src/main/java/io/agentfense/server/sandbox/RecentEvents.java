package io.agentfense.server.sandbox;

import io.agentfense.sandbox.event.SandboxEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The latest events of one sandbox. Each kind has room of its own, so that a program that makes many of one kind can't
 * push out what was told of another. Thread-safe.
 */
final class RecentEvents {
    /** How many of each kind are kept. */
    static final int KEPT = 256;

    private final Deque<SandboxEvent> limits = new ArrayDeque<>();
    private final Deque<SandboxEvent> denials = new ArrayDeque<>();
    private final Deque<SandboxEvent> secrets = new ArrayDeque<>();
    private final Deque<SandboxEvent> variables = new ArrayDeque<>();
    private final Deque<SandboxEvent> uses = new ArrayDeque<>();
    private long dropped;

    synchronized void add(SandboxEvent event) {
        Deque<SandboxEvent> kind = switch (event) {
            case SandboxEvent.LimitExceeded _ -> limits;
            case SandboxEvent.NetworkDenied _ -> denials;
            case SandboxEvent.SecretFound _ -> secrets;
            case SandboxEvent.SecretVariable _ -> variables;
            case SandboxEvent.CredentialUsed _ -> uses;
        };
        kind.addLast(event);
        if (kind.size() > KEPT) {
            kind.removeFirst();
            dropped++;
        }
    }

    synchronized Insight.Events list() {
        List<SandboxEvent> all = new ArrayList<>(limits);
        all.addAll(denials);
        all.addAll(secrets);
        all.addAll(variables);
        all.addAll(uses);
        all.sort(Comparator.comparing(SandboxEvent::at));
        return new Insight.Events(List.copyOf(all), dropped);
    }
}
