package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.Credentials;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.Staging;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaException;
import io.agentfense.workspace.delta.DeltaException.Reason;
import io.agentfense.workspace.delta.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The way of an apply over the disk, as the package describes it, and its going on after a crash. Confined to its thread.
 */
final class Landing {
    private static final String STAGING = "staging";
    private static final String JOURNAL = "journal";
    private static final String ROLLBACK = "rollback";
    private static final String LANDED = "landed";
    private static final byte[] EMPTY = {};

    private final Delta delta;
    private final StateDirectory records;
    private final StateDirectory base;
    private final Checkpoint checkpoint;

    Landing(Delta delta, StateDirectory base, Checkpoint checkpoint) {
        this.delta = delta;
        this.records = delta.directory();
        this.base = base;
        this.checkpoint = checkpoint;
    }

    /** Whether something is left of an apply that did not come to its end. */
    static boolean isPending(Delta delta) throws LinuxException {
        StateDirectory records = delta.directory();
        return records.has(STAGING) || records.has(JOURNAL) || records.has(LANDED) || records.has(ROLLBACK);
    }

    /**
     * Lands changes, or leaves everything as it was.
     *
     * @param forget paths the delta can do without afterwards, the deepest first
     * @return directories that stay because they are not empty
     */
    List<BytePath> land(List<Change> changes, List<BytePath> forget, boolean complete) throws IOException {
        String name = Staging.prefix() + delta.id() + "-"
                + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
        try {
            Journal journal = prepare(name, changes, forget, complete);
            checkpoint.reached();
            records.replace(JOURNAL, JournalCodec.write(journal));
            return execute(journal);
        } catch (IOException e) {
            abandon(e);
            throw e;
        }
    }

    /** Before the journal is written nothing has happened, and that is how it stays. */
    private void abandon(IOException cause) {
        try {
            if (!records.has(JOURNAL)) {
                clear();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private Journal prepare(String name, List<Change> changes, List<BytePath> forget, boolean complete)
            throws IOException {
        clear();
        records.replace(STAGING, name.getBytes(StandardCharsets.US_ASCII));
        checkpoint.reached();
        base.mkdir(name);
        base.sync();
        try (StateDirectory directory = base.open(name)) {
            Stage stage = new Stage(directory, checkpoint);
            List<Step> steps = new Planner(new BaseTree(base.fd()), stage).plan(changes);
            checkReach(directory, steps);
            stage.flush();
            Stat stat = new Stat();
            LinuxException.check("stat the staging directory", stat.read(directory.fd()));
            return new Journal(name, stat.inode, complete, steps, forget);
        }
    }

    /** All steps must be renames within one filesystem; better to find out before the first. */
    private void checkReach(StateDirectory stage, List<Step> steps) throws IOException {
        Ground ground = new Ground(base.fd(), stage, checkpoint);
        for (Step step : steps) {
            Place place = ground.find(step.path());
            if (place != null) {
                place.close();
            }
        }
    }

    /** Goes on from wherever the last process came to. */
    Recovered.Outcome resume() throws IOException {
        if (!records.has(JOURNAL)) {
            Recovered.Outcome outcome = outcomeWithoutJournal();
            clear();
            return outcome;
        }
        Journal journal = JournalCodec.read(records.read(JOURNAL));
        try {
            execute(journal);
            return journal.complete() ? Recovered.Outcome.COMPLETED : Recovered.Outcome.LANDED;
        } catch (IOException e) {
            if (records.has(JOURNAL)) {
                throw e;
            }
            return Recovered.Outcome.ROLLED_BACK;
        }
    }

    /** Without a journal all is done but the clearing away, or nothing had begun. */
    private Recovered.Outcome outcomeWithoutJournal() throws LinuxException {
        if (records.has(ROLLBACK)) {
            return Recovered.Outcome.ROLLED_BACK;
        }
        return records.has(LANDED) ? Recovered.Outcome.LANDED : Recovered.Outcome.UNTOUCHED;
    }

    private List<BytePath> execute(Journal journal) throws IOException {
        if (records.has(LANDED)) {
            settle(journal);
            return List.of();
        }
        try (StateDirectory directory = openStage(journal)) {
            Ground ground = new Ground(base.fd(), directory, checkpoint);
            if (records.has(ROLLBACK)) {
                throw rollBack(journal, ground, new IOException("an earlier process gave up"));
            }
            try {
                for (Step step : journal.steps()) {
                    step.forward(ground);
                }
                ground.flush();
            } catch (IOException e) {
                checkpoint.reached();
                records.replace(ROLLBACK, EMPTY);
                throw rollBack(journal, ground, e);
            }
            checkpoint.reached();
            records.replace(LANDED, EMPTY);
            settle(journal);
            return ground.kept();
        }
    }

    private IOException rollBack(Journal journal, Ground ground, IOException cause) throws IOException {
        for (Step step : journal.steps().reversed()) {
            step.back(ground);
        }
        ground.flush();
        clear();
        return cause;
    }

    /** What landed leaves the delta; if that is all of it, the whole delta is to go and nothing need be noted in it. */
    private void settle(Journal journal) throws IOException {
        if (!journal.complete()) {
            checkpoint.reached();
            new Settlement(delta, base.fd(), checkpoint).settle(journal);
        }
        checkpoint.reached();
        base.removeTree(journal.stage());
        base.sync();
        if (!journal.complete()) {
            clear();
        }
    }

    /** The directory that the journal names, if it is still the one that we made. */
    private StateDirectory openStage(Journal journal) throws IOException {
        StateDirectory directory = base.open(journal.stage());
        Stat stat = new Stat();
        int result = stat.read(directory.fd());
        if (result < 0 || stat.inode != journal.stageInode() || stat.uid != Credentials.uid()) {
            directory.close();
            throw new DeltaException(
                    Reason.DAMAGED,
                    "the staging directory " + journal.stage() + " is not the one that was made; move it away and "
                            + "discard the delta");
        }
        return directory;
    }

    /**
     * Removes all traces but those in the codebase proper. The journal goes before what it names, the word on how it came
     * out goes last.
     */
    private void clear() throws IOException {
        checkpoint.reached();
        if (records.unlink(JOURNAL)) {
            records.sync();
        }
        if (records.has(STAGING)) {
            checkpoint.reached();
            base.removeTree(new String(records.read(STAGING), StandardCharsets.US_ASCII));
            base.sync();
            checkpoint.reached();
            records.unlink(STAGING);
        }
        checkpoint.reached();
        records.unlink(ROLLBACK);
        records.unlink(LANDED);
    }
}
