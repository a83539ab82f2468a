package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.Unmasked;
import io.agentfense.workspace.delta.apply.Adjustment.Attributes;
import io.agentfense.workspace.delta.apply.Stage.Staged;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Turns changes into steps, and stages what they put in place. First modes that grant writing, then removals from the
 * deepest up, then what is new from the top down, last the modes and times of directories from the deepest up, so that
 * neither a mode nor a later entry spoils them. Confined to its thread, used once.
 */
final class Planner {
    private static final int SET_ID = 06000;
    private static final int OWNER_WRITE = 0200;
    private static final int PRIVATE_DIRECTORY = 0700;

    private final BaseTree base;
    private final Stage stage;
    private final List<Entry> leaving = new ArrayList<>();
    private final List<Step> grants = new ArrayList<>();
    private final List<Step> removals = new ArrayList<>();
    private final List<Step> arrivals = new ArrayList<>();
    private final List<Step> finishes = new ArrayList<>();

    Planner(BaseTree base, Stage stage) {
        this.base = base;
        this.stage = stage;
    }

    /** The steps of changes that come in order of path. */
    List<Step> plan(List<Change> changes) throws LinuxException {
        leaving.addAll(Leaving.masked(changes));
        for (Change change : changes.reversed()) {
            remove(change);
        }
        for (Change change : changes) {
            arrive(change);
        }
        List<Step> steps = new ArrayList<>(grants);
        steps.addAll(removals);
        steps.addAll(arrivals);
        steps.addAll(finishes.reversed());
        return steps;
    }

    private void remove(Change change) throws LinuxException {
        switch (change.kind()) {
            case DELETED -> takeAway(change, false);
            case TYPE -> {
                if (change.makesDirectory() || change.replacesDirectory()) {
                    takeAway(change, true);
                }
            }
            case ADDED, MODIFIED, MODE, TOUCHED -> {}
        }
    }

    private void takeAway(Change change, boolean required) throws LinuxException {
        BytePath path = change.path();
        Identity before = before(change).identity();
        if (before.isDirectory()) {
            removals.add(new DirectoryRemoval(path, before, Owner.of(base.at(path)), required));
        } else {
            removals.add(new Removal(path, stage.reserve(), before));
        }
    }

    private void arrive(Change change) throws LinuxException {
        switch (change.kind()) {
            case ADDED -> place(change, Owner.of(base.holder(change.path())));
            case MODIFIED -> replace(change);
            case TYPE -> {
                if (change.makesDirectory() || change.replacesDirectory()) {
                    place(change, Owner.of(base.at(change.path())));
                } else {
                    replace(change);
                }
            }
            case MODE, TOUCHED -> adjust(change);
            case DELETED -> {}
        }
    }

    private void replace(Change change) throws LinuxException {
        Staged staged = stage(change, Owner.of(base.at(change.path())));
        Identity before = before(change).identity();
        arrivals.add(new Replacement(change.path(), staged.name(), staged.inode(), before));
    }

    private Staged stage(Change change, Owner owner) throws LinuxException {
        Entry after = after(change);
        Unmasked unmasked = change.unmask(leaving);
        return unmasked == null ? stage.copy(after, owner) : stage.write(after, unmasked.content(), owner);
    }

    private void place(Change change, Owner owner) throws LinuxException {
        Entry after = after(change);
        if (!after.identity().isDirectory()) {
            Staged staged = stage(change, owner);
            arrivals.add(new Placement(change.path(), staged.name(), staged.inode(), false));
            return;
        }
        Staged staged = stage.makeDirectory(owner);
        arrivals.add(new Placement(change.path(), staged.name(), staged.inode(), true));
        Attributes made = new Attributes(PRIVATE_DIRECTORY, false, 0, 0);
        finishes.add(new Adjustment(change.path(), staged.inode(), made, attributes(after.identity())));
    }

    /** A directory that stays keeps its set-id bits, which say who owns what is made in it, and its own time. */
    private void adjust(Change change) throws LinuxException {
        Stat now = base.at(change.path());
        Identity after = after(change).identity();
        int mode = now.mode & 07777;
        Attributes from = new Attributes(mode, after.isRegular(), now.modifySeconds, now.modifyNanos);
        Attributes to = after.isRegular()
                ? attributes(after)
                : new Attributes(mode & SET_ID | after.permissions(), false, 0, 0);
        Adjustment step = new Adjustment(change.path(), now.inode, from, to);
        boolean grant = after.isDirectory() && (to.mode() & OWNER_WRITE) != 0;
        (grant ? grants : finishes).add(step);
    }

    private static Attributes attributes(Identity identity) {
        return new Attributes(identity.permissions(), true, identity.modifySeconds(), identity.modifyNanos());
    }

    private static Entry before(Change change) {
        return Objects.requireNonNull(change.before(), "what the base has");
    }

    private static Entry after(Change change) {
        return Objects.requireNonNull(change.after(), "what the sandbox has");
    }
}
