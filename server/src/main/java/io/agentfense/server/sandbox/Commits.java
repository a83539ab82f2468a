package io.agentfense.server.sandbox;

import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Outcome;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.BaseChangedException;
import io.agentfense.workspace.delta.apply.Conflict;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.delta.apply.Landed;
import io.agentfense.workspace.live.DeltaOperations;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lands what running sandboxes wrote in their codebases, when they are made to or asked to. Whoever else runs over the
 * codebase sees it before this returns. Thread-safe.
 */
public final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    /** How often a commit begins anew because somebody changed the codebase in that very moment. */
    private static final int ATTEMPTS = 5;

    private final Codebases codebases;
    private final Activity activity;
    private final SecretGuard secrets;
    private final Trail trail;
    private final InstantSource clock;
    private final Tracer tracer;

    /**
     * Into these codebases.
     *
     * @param activity hears of each commit
     * @param secrets learns what each sandbox wrote itself
     * @param trail where each is written down
     * @param tracer sees each
     */
    public Commits(
            Codebases codebases,
            Activity activity,
            SecretGuard secrets,
            Trail trail,
            InstantSource clock,
            Tracer tracer) {
        this.codebases = codebases;
        this.activity = activity;
        this.secrets = secrets;
        this.trail = trail;
        this.clock = clock;
        this.tracer = tracer;
    }

    /**
     * Commits after a command, if the sandbox is to. If it ended under the command, its stop has committed.
     *
     * @param record the command's own, which is written meanwhile and waited for
     * @throws Refusal FAILED if what was written could not be kept, PRECONDITION if the sandbox has ended meanwhile,
     *     UNAVAILABLE if the command could not be written down
     */
    Optional<CommitNotice> afterCommand(RunningSandbox running, ExecutionResult result, Trail.Pending record)
            throws Refusal {
        try {
            return result.outcome() instanceof Outcome.SandboxEnded ? Optional.empty() : afterWrite(running);
        } finally {
            // Of a commit that failed nobody hears either before the command is written down.
            record.await();
        }
    }

    /** The same after a write by other means. */
    Optional<CommitNotice> afterWrite(RunningSandbox running) throws Refusal {
        return running.commit() == CommitMode.ON_EXEC ? commit(running) : Optional.empty();
    }

    /** Commits before a stop, unless the sandbox commits when it is asked to alone. */
    void atStop(RunningSandbox running) throws Refusal {
        if (running.commit() != CommitMode.MANUAL) {
            commit(running).ifPresent(notice -> LOG.info("sandbox {} at its stop: {}", running.id(), notice));
        }
    }

    /** What an isolated one wrote is evidence, and stays where it is. */
    private Optional<CommitNotice> commit(RunningSandbox running) throws Refusal {
        if (!running.beginChange()) {
            return Optional.empty();
        }
        try {
            return commitUnhindered(running);
        } finally {
            running.endChange();
        }
    }

    private Optional<CommitNotice> commitUnhindered(RunningSandbox running) throws Refusal {
        boolean force = running.conflicts() == ConflictMode.LAST_WRITER;
        try {
            Landed landed = land(running.delta(), running.record(), new ApplyOptions(List.of(), force, false));
            List<String> conflicts =
                    landed.overridden().stream().map(Commits::path).toList();
            List<String> refused = landed.result().refused().stream()
                    .map(refusal -> shown(refusal.change().path()))
                    .toList();
            boolean plain = conflicts.isEmpty() && refused.isEmpty();
            return plain ? Optional.empty() : Optional.of(new CommitNotice(conflicts, refused, false));
        } catch (ConflictException e) {
            List<String> conflicts = e.conflicts().stream().map(Commits::path).toList();
            return Optional.of(new CommitNotice(conflicts, List.of(), true));
        } catch (IOException e) {
            if (!running.isAlive()) {
                // A stop has landed what it found, and the rest stays in the delta.
                throw new Refusal(Kind.PRECONDITION, "sandbox is not running: it ended before this was committed", e);
            }
            throw new Refusal(Kind.FAILED, "what the sandbox wrote could not be committed: " + e.getMessage(), e);
        }
    }

    /**
     * Commits by somebody's wish.
     *
     * @throws ConflictException if both sides changed a path, without force
     * @throws Refusal NOT_FOUND if a path selects nothing
     */
    Landed land(DeltaOperations delta, SandboxRecord sandbox, ApplyOptions options) throws IOException, Refusal {
        CommitEnd end = CommitEnd.FAILED;
        int conflicts = 0;
        try (Step step = tracer.begin("commit")) {
            Landed landed = attempt(delta, sandbox, options);
            conflicts = landed.overridden().size();
            List<BytePath> paths =
                    landed.result().applied().stream().map(Change::path).toList();
            end = paths.isEmpty() ? CommitEnd.UNCHANGED : CommitEnd.LANDED;
            if (!options.dryRun() && !paths.isEmpty()) {
                trail.record(AuditEvents.delta(sandbox, clock.instant(), "delta_committed", paths));
            }
            step.with("agentfense.commit.paths", paths.size()).done();
            return landed;
        } catch (ConflictException e) {
            conflicts = e.conflicts().size();
            end = CommitEnd.CONFLICT;
            if (!options.dryRun()) {
                List<BytePath> paths =
                        e.conflicts().stream().map(Conflict::path).toList();
                trail.note(AuditEvents.delta(sandbox, clock.instant(), "delta_conflict", paths));
            }
            throw e;
        } finally {
            if (!options.dryRun()) {
                activity.committed(end, conflicts);
            }
        }
    }

    private Landed attempt(DeltaOperations delta, SandboxRecord sandbox, ApplyOptions options)
            throws IOException, Refusal {
        for (int attempt = 1; ; attempt++) {
            try {
                Landed landed = secrets.land(
                        sandbox.id(),
                        () -> delta.commit(options),
                        all -> options.dryRun() ? List.of() : all.result().applied());
                if (!options.dryRun()) {
                    count(sandbox.codebaseId(), landed.result().applied());
                }
                return landed;
            } catch (BaseChangedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (DeltaException e) {
                if (e.reason() == DeltaException.Reason.NOT_FOUND) {
                    throw new Refusal(Kind.NOT_FOUND, String.valueOf(e.getMessage()), e);
                }
                throw e;
            }
        }
    }

    /** Tells the codebase by how much it grew, which tells everybody else who shows it. */
    void count(String codebaseId, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        long bytes = 0;
        long files = 0;
        for (Change change : changes) {
            bytes += bytes(change.after()) - bytes(change.before());
            files += files(change.after()) - files(change.before());
        }
        codebases.committed(codebaseId, bytes, files);
    }

    private static long bytes(@Nullable Entry entry) {
        return entry != null && entry.identity().isRegular() ? entry.identity().size() : 0;
    }

    private static long files(@Nullable Entry entry) {
        return entry != null && entry.identity().exists() && !entry.identity().isDirectory() ? 1 : 0;
    }

    private static String path(Conflict conflict) {
        return shown(conflict.path());
    }

    static String shown(BytePath path) {
        return "/" + path;
    }
}
