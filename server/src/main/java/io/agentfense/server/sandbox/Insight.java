package io.agentfense.server.sandbox;

import io.agentfense.linux.cgroup.CgroupUsage;
import io.agentfense.policy.Explanation;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.Denials;
import java.util.List;

/** What can be asked about a sandbox and changes nothing in it. Thread-safe. */
public final class Insight {
    private final Sandboxes sandboxes;
    private final EventLog eventLog;

    /** Into these sandboxes, and what happened in them. */
    public Insight(Sandboxes sandboxes, EventLog eventLog) {
        this.sandboxes = sandboxes;
        this.eventLog = eventLog;
    }

    /**
     * Why a path has its level under rules.
     *
     * @param path from the workspace's root
     * @throws Refusal INVALID for what is no path
     */
    public Explanation explain(List<Rule> rules, byte[] path) throws Refusal {
        try {
            return Creation.compile(rules).explain(path);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "path: " + e.getMessage(), e);
        }
    }

    /** The rules of a sandbox as they hold: if it runs, with those that withhold files with secrets behind them. */
    public List<Rule> rules(SandboxRecord record) {
        return sandboxes
                .ifRunning(record.id())
                .map(RunningSandbox::rulesInForce)
                .orElse(record.rules());
    }

    /** Why a file is withheld from a running sandbox whatever its rules say; empty if it is not. */
    public String withheld(SandboxRecord record, byte[] path) {
        return sandboxes
                .ifRunning(record.id())
                .flatMap(running -> running.withholding().at(path))
                .map(file -> "the file holds a secret" + FoundSecrets.why(file))
                .orElse("");
    }

    /** What the rules have refused in a sandbox since its last start; nothing if it does not run. */
    public List<Denials.Denial> denials(String id) {
        return sandboxes
                .ifRunning(id)
                .map(running -> running.workspace().denials().list())
                .orElse(List.of());
    }

    /**
     * What happened in a sandbox since its first start in this process, whether it runs or not.
     *
     * @param events in the order of their times
     * @param dropped how many earlier ones are not kept any more
     */
    public record Events(List<SandboxEvent> events, long dropped) {}

    /** The latest events of a sandbox. */
    public Events events(String id) {
        return eventLog.list(id);
    }

    /** The processes of a sandbox now; none if it does not run. */
    public List<GuestProcess> processes(String id) {
        return sandboxes
                .ifRunning(id)
                .filter(RunningSandbox::isAlive)
                .map(running -> GuestProcess.of(running.sandbox().processes()))
                .orElse(List.of());
    }

    /**
     * What a sandbox uses.
     *
     * @param processes all of them together
     * @param deltaBytes what has not been committed
     */
    public record Usage(CgroupUsage processes, long deltaBytes) {}

    /**
     * What a running sandbox uses now.
     *
     * @throws Refusal NOT_FOUND, PRECONDITION
     */
    public Usage usage(String id) throws Refusal {
        RunningSandbox running = sandboxes.alive(id);
        return new Usage(running.sandbox().usage(), running.workspace().deltaBytes());
    }
}
