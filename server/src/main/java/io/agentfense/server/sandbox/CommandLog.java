package io.agentfense.server.sandbox;

import io.agentfense.sandbox.ExecutionResult;
import java.time.InstantSource;

/** Writes down each command that ran, before its caller hears of its end. Thread-safe. */
public final class CommandLog {
    private final Trail trail;
    private final InstantSource clock;

    /** In a trail. */
    public CommandLog(Trail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * A command came to its end.
     *
     * @return to wait for before its caller hears of it
     * @throws Refusal UNAVAILABLE if that can't be written down
     */
    Trail.Pending ended(RunningSandbox sandbox, String command, ExecutionResult result) throws Refusal {
        return ended(sandbox, command, "", result);
    }

    /** The same of a command in a session. */
    Trail.Pending ended(RunningSandbox sandbox, String command, String session, ExecutionResult result) throws Refusal {
        return trail.begin(AuditEvents.command(sandbox, clock.instant(), command, session, result));
    }

    /** A session was opened. */
    void opened(RunningSandbox sandbox, String session) throws Refusal {
        trail.record(AuditEvents.session(sandbox, clock.instant(), "session_opened", session, ""));
    }

    /** A session was closed. */
    void closed(RunningSandbox sandbox, String session, String reason) {
        trail.note(AuditEvents.session(sandbox, clock.instant(), "session_closed", session, reason));
    }
}
