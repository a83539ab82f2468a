package io.agentfense.workspace.delta.apply;

import io.agentfense.linux.At;
import io.agentfense.linux.Content;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.workspace.UserAttributes;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.StateDirectory;

/**
 * Fills the staging directory: flat, entries numbered in the order they were asked for. Confined to its thread.
 */
final class Stage {
    private static final int MOST_SINGLE_SYNCS = 64;
    private static final int PRIVATE = 0600;

    private final StateDirectory directory;
    private final Checkpoint checkpoint;
    private int next;
    private int files;
    /** Whether there is something that has had no fsync of its own. */
    private boolean unsynced;

    /**
     * What was staged.
     *
     * @param name in the staging directory
     */
    record Staged(String name, long inode) {}

    Stage(StateDirectory directory, Checkpoint checkpoint) {
        this.directory = directory;
        this.checkpoint = checkpoint;
    }

    /** A name that is free, for something to be moved to. */
    String reserve() {
        return Integer.toString(next++);
    }

    /** Copies a file or link of the delta, with its mode (without set-id bits) and its time. */
    Staged copy(Entry from, Owner owner) throws LinuxException {
        checkpoint.reached();
        String name = reserve();
        if (from.identity().isSymlink()) {
            copyLink(from, name, owner);
        } else {
            copyFile(from, name, owner);
        }
        return staged(name);
    }

    /** Makes a file of this content, with the mode and time and attributes of a file of the delta. */
    Staged write(Entry from, byte[] content, Owner owner) throws LinuxException {
        checkpoint.reached();
        String name = reserve();
        int source = from.open();
        try {
            int file = create(name, from);
            try {
                Content.write(file, content, content.length);
                finish(source, file, name, from, owner);
            } finally {
                Descriptor.close(file);
            }
        } finally {
            Descriptor.close(source);
        }
        return staged(name);
    }

    private void copyLink(Entry from, String name, Owner owner) throws LinuxException {
        byte[] target = from.target();
        byte[] bytes = Place.bytes(name);
        LinuxException.check("stage a link", At.symlink(target, target.length, directory.fd(), bytes, bytes.length));
        dress(name, from.identity(), owner);
        unsynced = true;
    }

    private void copyFile(Entry from, String name, Owner owner) throws LinuxException {
        int source = from.open();
        try {
            int file = create(name, from);
            try {
                Content.copy(source, file, from.identity().size());
                finish(source, file, name, from, owner);
            } finally {
                Descriptor.close(file);
            }
        } finally {
            Descriptor.close(source);
        }
    }

    private int create(String name, Entry from) throws LinuxException {
        byte[] bytes = Place.bytes(name);
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        return (int) LinuxException.check(
                "stage /" + from.path(), At.open(directory.fd(), bytes, bytes.length, flags, PRIVATE));
    }

    private void finish(int source, int file, String name, Entry from, Owner owner) throws LinuxException {
        UserAttributes.copy(source, file, Integer.MAX_VALUE);
        dress(name, from.identity(), owner);
        sync(file);
    }

    private void dress(String name, Identity identity, Owner owner) throws LinuxException {
        try (Place place = place(name)) {
            owner.give(place);
            if (identity.isRegular()) {
                place.permit(identity.permissions());
            }
            place.date(identity.modifySeconds(), identity.modifyNanos());
        }
    }

    private void sync(int file) throws LinuxException {
        if (++files > MOST_SINGLE_SYNCS) {
            unsynced = true;
        } else {
            LinuxException.check("fsync a staged file", Descriptor.sync(file, false));
        }
    }

    /** Makes an empty directory of mode 0700. */
    Staged makeDirectory(Owner owner) throws LinuxException {
        checkpoint.reached();
        String name = reserve();
        directory.mkdir(name);
        try (Place place = place(name)) {
            owner.give(place);
        }
        unsynced = true;
        return staged(name);
    }

    /** Waits until all that was staged is on the disk. */
    void flush() throws LinuxException {
        if (unsynced) {
            Ground.flushAll(directory.fd());
        } else {
            directory.sync();
        }
    }

    private Staged staged(String name) throws LinuxException {
        Stat stat = directory.stat(name);
        if (stat == null) {
            throw new LinuxException("find a staged file", Errno.ENOENT);
        }
        return new Staged(name, stat.inode);
    }

    private Place place(String name) throws LinuxException {
        int fd = Descriptor.duplicate(directory.fd());
        return Place.of(BytePath.of(name), (int) LinuxException.check("duplicate a descriptor", fd));
    }
}
