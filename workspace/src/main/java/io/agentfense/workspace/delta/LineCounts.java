package io.agentfense.workspace.delta;

import java.io.IOException;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * How much of a file a change touched, as {@code git diff --stat} counts it. Immutable.
 *
 * @param added lines that only the sandbox has; for binary content, its bytes
 * @param deleted lines that only the base has; for binary content, its bytes
 * @param binary whether either side is not text
 */
public record LineCounts(int added, int deleted, boolean binary) {
    /**
     * Compares both sides of a change; directories count nothing.
     *
     * @throws IOException if a file can't be read or is larger than {@link GitPatch#MAX_FILE_BYTES}
     */
    public static LineCounts of(Change change) throws IOException {
        GitSide before = GitSide.before(change, GitPatch.MAX_FILE_BYTES);
        GitSide after = GitSide.of(change.after(), GitPatch.MAX_FILE_BYTES);
        if (before.isBinary() || after.isBinary()) {
            return new LineCounts(after.content().length, before.content().length, true);
        }
        int added = 0;
        int deleted = 0;
        RawText old = new RawText(before.content());
        RawText fresh = new RawText(after.content());
        for (Edit edit : new HistogramDiff().diff(RawTextComparator.DEFAULT, old, fresh)) {
            added += edit.getLengthB();
            deleted += edit.getLengthA();
        }
        return new LineCounts(added, deleted, false);
    }
}
