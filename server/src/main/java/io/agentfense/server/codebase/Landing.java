package io.agentfense.server.codebase;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.StateDirectory;
import java.nio.charset.StandardCharsets;

/**
 * Changes to a codebase's names, each counted before it is made and uncounted if it fails. For the time that its
 * codebase's lock is held.
 */
record Landing(Codebases codebases, CodebaseRecord codebase, Tree tree) {
    /** Puts a staged file in its place. */
    void file(BytePath path, String staged, long size) throws CodebaseException {
        tree.checkWay(path);
        Identity old = tree.look(path).identity();
        if (old.isDirectory()) {
            throw new CodebaseException.NotAFile("a directory is at that path");
        }
        Counts change = new Counts(size, 1).minus(Counts.of(old));
        counted(change, () -> {
            int directory = tree.makeDirectory(path.parent());
            try {
                Placement.place(codebases.staging(), staged, directory, path.name());
                LinuxException.check("fsync", Descriptor.sync(directory, false));
            } finally {
                Descriptor.close(directory);
            }
        });
    }

    /** Removes what is at a path: out of sight at once, and from the disk thereafter. */
    void remove(BytePath path) throws CodebaseException {
        Entry entry = tree.find(path);
        Counts had = Counts.of(entry.identity()).plus(Counts.below(tree, path));
        int directory = tree.openDirectory(path.parent());
        try {
            take(directory, path.name());
            LinuxException.check("fsync", Descriptor.sync(directory, false));
        } catch (LinuxException e) {
            throw Failures.of("remove a file", e);
        } finally {
            Descriptor.close(directory);
        }
        codebases.uncount(codebase, had);
    }

    private void take(int directory, byte[] name) throws LinuxException {
        Staging staging = codebases.staging();
        String gone = staging.goneName();
        byte[] to = gone.getBytes(StandardCharsets.US_ASCII);
        int result = At.rename(directory, name, name.length, staging.directory().fd(), to, to.length, 0);
        if (result == -Errno.EXDEV) {
            // A local codebase on another filesystem: aside in its own directory, then away.
            String aside = ".agentfense-" + gone;
            byte[] other = aside.getBytes(StandardCharsets.US_ASCII);
            LinuxException.check("rename", At.rename(directory, name, name.length, directory, other, other.length, 0));
            try (StateDirectory parent =
                    new StateDirectory((int) LinuxException.check("duplicate", Descriptor.duplicate(directory)))) {
                parent.removeTree(aside);
            }
            return;
        }
        LinuxException.check("rename", result);
        staging.drop(gone);
    }

    /** Renames within the codebase. */
    void move(BytePath from, BytePath to) throws CodebaseException {
        tree.find(from);
        if (to.isBelow(from)) {
            throw new CodebaseException.InvalidPath("a directory can't be moved into itself");
        }
        tree.checkWay(to);
        int source = tree.openDirectory(from.parent());
        try {
            int target = tree.makeDirectory(to.parent());
            try {
                rename(source, from.name(), target, to.name());
            } finally {
                Descriptor.close(target);
            }
        } catch (LinuxException e) {
            throw Failures.of("move a file", e);
        } finally {
            Descriptor.close(source);
        }
    }

    private static void rename(int source, byte[] from, int target, byte[] to)
            throws LinuxException, CodebaseException {
        int result = At.rename(source, from, from.length, target, to, to.length, At.RENAME_NOREPLACE);
        if (result == -Errno.EEXIST) {
            throw new CodebaseException.AlreadyExists("something is at the new path already");
        }
        LinuxException.check("rename", result);
        LinuxException.check("fsync", Descriptor.sync(target, false));
        LinuxException.check("fsync", Descriptor.sync(source, false));
    }

    /** A change that was counted. */
    @FunctionalInterface
    interface Step {
        void run() throws LinuxException, CodebaseException;
    }

    /** Counts a change, makes it, and takes the count back if it fails. */
    void counted(Counts change, Step step) throws CodebaseException {
        codebases.count(codebase, change);
        boolean done = false;
        try {
            step.run();
            done = true;
        } catch (LinuxException e) {
            throw Failures.of("put a file in its place", e);
        } finally {
            if (!done) {
                codebases.uncount(codebase, change);
            }
        }
    }
}
