package io.agentfense.server.incident;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.audit.format.NameText;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Transfer;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Entry;
import io.agentfense.workspace.delta.GitPatch;
import io.agentfense.workspace.delta.Skipped;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox changed, as a part of its report: the content of each file under a number, and under which number what
 * lies in {@code delta.jsonl}. So no name that the sandbox chose is a name in the archive. For one report.
 */
final class DeltaExtract {
    /** Larger files are in the report, and not once more in its patch, which takes them into memory. */
    private static final long LARGEST_IN_PATCH = 1 << 20;

    private final ReportArchive archive;
    private final long most;
    private long left;
    private int number;
    private long omitted;

    /** @param most bytes of content in all */
    DeltaExtract(ReportArchive archive, long most) {
        this.archive = archive;
        this.most = most;
        left = most;
    }

    /** The account, with what there is. */
    ObjectNode write(Changes changes, ObjectNode account) throws IOException {
        ArrayNode summary = ReportJson.object().putArray("changes");
        int unpatched = 0;
        try (Spool index = Spool.create();
                Spool patch = Spool.create()) {
            for (Change change : changes.list()) {
                index.line(ReportJson.line(entry(change)));
                summary.add(described(change));
                boolean fits = fitsPatch(change.before()) && fitsPatch(change.after());
                unpatched += fits ? 0 : 1;
                if (fits) {
                    new GitPatch(patch.out()).write(java.util.List.of(change));
                }
            }
            for (Skipped skipped : changes.skipped()) {
                index.line(ReportJson.line(ReportJson.object()
                        .put("path", path(skipped.path()))
                        .put("kind", "skipped")
                        .put("reason", skipped.reason())));
            }
            archive.file("delta.jsonl", index);
            archive.file("changes.json", ReportJson.document(summary));
            archive.file("diff.patch", patch);
        }
        return account.put("changes", changes.list().size())
                .put("files", number)
                .put("file_bytes", most - left)
                .put("files_omitted", omitted)
                .put("changes_not_in_patch", unpatched);
    }

    private static boolean fitsPatch(@Nullable Entry entry) {
        return entry == null
                || !entry.identity().isRegular()
                || entry.identity().size() <= LARGEST_IN_PATCH;
    }

    private static String path(BytePath path) {
        return "/" + NameText.of(path.bytes());
    }

    private static ObjectNode described(Change change) {
        return ReportJson.object()
                .put("path", path(change.path()))
                .put("kind", change.kind().label())
                .put("permitted", change.permitted())
                .put("conflict", change.isBaseChanged());
    }

    private ObjectNode entry(Change change) throws IOException {
        ObjectNode node = described(change);
        Entry after = change.after();
        if (after == null) {
            return node.put("type", "whiteout");
        }
        node.put("mode", String.format(Locale.ROOT, "%04o", after.identity().mode() & 07777))
                .put("modified", after.identity().modifySeconds());
        if (after.identity().isRegular()) {
            content(node.put("type", "file").put("size", after.identity().size()), after);
        } else if (after.identity().isSymlink()) {
            node.put("type", "symlink").put("target", NameText.of(after.target()));
        } else {
            node.put("type", after.identity().isDirectory() ? "directory" : "other");
        }
        return node;
    }

    private void content(ObjectNode node, Entry file) throws IOException {
        long size = file.identity().size();
        if (size > left) {
            omitted++;
            node.put("omitted", true);
            return;
        }
        int fd;
        try {
            fd = file.open();
        } catch (LinuxException e) {
            omitted++;
            node.put("omitted", true).put("error", e.getMessage());
            return;
        }
        try {
            left -= size;
            String name = String.format(Locale.ROOT, "delta/%06d", ++number);
            ReportArchive.Written written = archive.file(name, size, into -> read(fd, into));
            node.put("content", name).put("sha256", written.sum());
            if (!written.whole()) {
                node.put("changed_while_read", true);
            }
        } finally {
            Descriptor.close(fd);
        }
    }

    private static int read(int fd, byte[] into) throws LinuxException {
        int got = Transfer.read(fd, into);
        return got == 0 ? -1 : (int) LinuxException.check("read a file of a delta", got);
    }
}
