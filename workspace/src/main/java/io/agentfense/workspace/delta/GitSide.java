package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/**
 * One side of a change as git sees it, which knows files and links only.
 *
 * @param mode git's mode, 0 for nothing
 * @param content the content, or a link's target
 */
record GitSide(int mode, byte[] content) {
    static final GitSide NOTHING = new GitSide(0, new byte[0]);

    private static final int LINK = 0120000;
    private static final int FILE = 0100644;
    private static final int EXECUTABLE_FILE = 0100755;
    private static final int EXECUTABLE = 0100;

    /** What the base has, as the sandbox saw it where secrets were masked: a patch tells nobody what is behind that. */
    static GitSide before(Change change, int maxBytes) throws LinuxException {
        Entry before = change.before();
        GitSide side = of(before, maxBytes);
        boolean masked = change.masked() || change.masking() != null;
        return masked && before != null && before.identity().isRegular()
                ? new GitSide(side.mode, Unmasking.seen(change, before.path(), side.content))
                : side;
    }

    /** Reads a side; files of more bytes than a limit are refused. */
    static GitSide of(@Nullable Entry entry, int maxBytes) throws LinuxException {
        if (entry == null || !entry.identity().exists()) {
            return NOTHING;
        }
        Identity identity = entry.identity();
        if (identity.isSymlink()) {
            return new GitSide(LINK, entry.target());
        }
        if (identity.type() != Stat.S_IFREG) {
            return NOTHING;
        }
        int mode = (identity.permissions() & EXECUTABLE) != 0 ? EXECUTABLE_FILE : FILE;
        return new GitSide(mode, entry.content(maxBytes));
    }

    boolean exists() {
        return mode != 0;
    }

    int type() {
        return mode & 0170000;
    }

    boolean isBinary() {
        return RawText.isBinary(content);
    }

    ObjectId id() {
        if (!exists()) {
            return ObjectId.zeroId();
        }
        try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
            return formatter.idFor(Constants.OBJ_BLOB, content);
        }
    }
}
