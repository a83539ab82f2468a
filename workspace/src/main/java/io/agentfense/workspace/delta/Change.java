package io.agentfense.workspace.delta;

import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Level;
import io.agentfense.secret.mask.Masking;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One path that the sandbox changed. Immutable.
 *
 * @param path of what changed
 * @param kind how
 * @param before what the base has there now, or null if nothing
 * @param after what the sandbox has there, or null if nothing
 * @param origin what the base had when the sandbox began; {@link Identity#ABSENT} if nothing
 * @param level what the rules say of the path
 * @param permitted whether the rules allow the change to land
 * @param masked whether the rules have secrets of this path read as placeholders
 * @param masking what turns the placeholders in the sandbox's file back, or null if there is none in it
 */
public record Change(
        BytePath path,
        Kind kind,
        @Nullable Entry before,
        @Nullable Entry after,
        Identity origin,
        Level level,
        boolean permitted,
        boolean masked,
        @Nullable Masking masking)
        implements Comparable<Change> {
    /** How a path changed. */
    public enum Kind {
        /** The base has nothing there. */
        ADDED,
        /** Another content, or link target; perhaps another mode too. */
        MODIFIED,
        /** The same content with another mode. */
        MODE,
        /** Something of another type, as a link where a file was. */
        TYPE,
        /** The same content and mode, but a later or earlier time of modification. */
        TOUCHED,
        /** The sandbox has nothing there. */
        DELETED;

        /** The kind's name in output: its own in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the base at this path is no longer what the sandbox began with. */
    public boolean isBaseChanged() {
        Identity now = before == null ? Identity.ABSENT : before.identity();
        return !now.isUnchangedFrom(origin);
    }

    /**
     * What the sandbox's file lands as: with the values for which there are placeholders in it. Both sides are read anew.
     *
     * @param others files of the codebase that leave with this change, whose values may come here
     * @return null if there is no placeholder in it
     */
    public @Nullable Unmasked unmask(List<Entry> others) throws LinuxException {
        return masking == null ? null : Unmasking.landing(this, others);
    }

    /** Whether the sandbox's file is masked and so large that nobody looks for placeholders in it. */
    public boolean isTooLargeToUnmask() {
        return masked
                && after != null
                && after.identity().isRegular()
                && after.identity().size() > Unmasking.MAX_BYTES;
    }

    /** Whether the sandbox has a directory there. */
    public boolean makesDirectory() {
        return after != null && after.identity().isDirectory();
    }

    /** Whether the base has a directory there. */
    public boolean replacesDirectory() {
        return before != null && before.identity().isDirectory();
    }

    /** By path. */
    @Override
    public int compareTo(Change other) {
        return path.compareTo(other.path);
    }
}
