package io.agentfense.workspace.delta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.util.Base85;

/**
 * Changes as a patch that {@code git apply} takes: text as unified hunks, everything else as git's binary literals, with
 * new, deleted and mode headers. Masked secrets are placeholders on both sides. Git knows no directories and no times, so changes of these alone are left out.
 *
 * <p>Format: {@code git-diff-files(1)}, "Generating patch text with -p", and git's {@code apply.c} for binary patches.
 * Not thread-safe.
 */
public final class GitPatch {
    /** Files larger than this are refused: a patch holds them whole. */
    public static final int MAX_FILE_BYTES = 256 << 20;

    private static final int BINARY_LINE_BYTES = 52;

    private final OutputStream out;

    /** A patch that goes to a stream, which stays the caller's to close. */
    public GitPatch(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes changes, in their order.
     *
     * @throws IOException if the stream fails, a file can't be read, or one is larger than {@link #MAX_FILE_BYTES}
     */
    public void write(List<Change> changes) throws IOException {
        for (Change change : changes) {
            if (change.kind() != Change.Kind.TOUCHED) {
                write(change);
            }
        }
        out.flush();
    }

    private void write(Change change) throws IOException {
        GitSide before = GitSide.before(change, MAX_FILE_BYTES);
        GitSide after = GitSide.of(change.after(), MAX_FILE_BYTES);
        if (before.exists() && after.exists() && before.type() != after.type()) {
            write(change.path(), before, GitSide.NOTHING);
            write(change.path(), GitSide.NOTHING, after);
        } else if (before.exists() || after.exists()) {
            write(change.path(), before, after);
        }
    }

    private void write(BytePath path, GitSide before, GitSide after) throws IOException {
        boolean sameContent = before.exists() && after.exists() && before.id().equals(after.id());
        if (sameContent && before.mode() == after.mode()) {
            return;
        }
        String a = quote("a/", path);
        String b = quote("b/", path);
        line("diff --git " + a + " " + b);
        if (!before.exists()) {
            line("new file mode " + Integer.toOctalString(after.mode()));
        } else if (!after.exists()) {
            line("deleted file mode " + Integer.toOctalString(before.mode()));
        } else if (before.mode() != after.mode()) {
            line("old mode " + Integer.toOctalString(before.mode()));
            line("new mode " + Integer.toOctalString(after.mode()));
        }
        if (sameContent) {
            return;
        }
        line("index " + before.id().name() + ".." + after.id().name() + unchangedMode(before, after));
        if (before.isBinary() || after.isBinary()) {
            line("GIT binary patch");
            literal(after.content());
            literal(before.content());
        } else if (before.content().length + after.content().length > 0) {
            line("--- " + (before.exists() ? a : "/dev/null"));
            line("+++ " + (after.exists() ? b : "/dev/null"));
            hunks(new RawText(before.content()), new RawText(after.content()));
        }
    }

    private static String unchangedMode(GitSide before, GitSide after) {
        return before.mode() == after.mode() ? " " + Integer.toOctalString(before.mode()) : "";
    }

    private void hunks(RawText before, RawText after) throws IOException {
        EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, before, after);
        try (DiffFormatter formatter = new DiffFormatter(out)) {
            formatter.format(edits, before, after);
            formatter.flush();
        }
    }

    /** One half of a binary patch: the inflated size, then lines of at most 52 deflated bytes in base 85. */
    private void literal(byte[] content) throws IOException {
        line("literal " + content.length);
        byte[] deflated = deflate(content);
        for (int from = 0; from < deflated.length; from += BINARY_LINE_BYTES) {
            int length = Math.min(BINARY_LINE_BYTES, deflated.length - from);
            out.write(length <= 26 ? 'A' + length - 1 : 'a' + length - 27);
            // Padded with zeroes to whole groups of four, of which the length above keeps what counts.
            byte[] padded = java.util.Arrays.copyOf(
                    java.util.Arrays.copyOfRange(deflated, from, from + length), (length + 3) / 4 * 4);
            out.write(Base85.encode(padded));
            out.write('\n');
        }
        out.write('\n');
    }

    private static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** A name as git writes it: in quotes with octal escapes where it holds anything but plain ASCII. */
    private static String quote(String side, BytePath path) {
        byte[] bytes = path.bytes();
        String raw = side + new String(bytes, StandardCharsets.ISO_8859_1);
        for (byte each : bytes) {
            if (each < ' ' || each == '"' || each == '\\' || each == 127) {
                return escaped(raw);
            }
        }
        return raw;
    }

    private static String escaped(String raw) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > 126) {
                quoted.append('\\')
                        .append((char) ('0' + (c >> 6)))
                        .append((char) ('0' + ((c >> 3) & 7)))
                        .append((char) ('0' + (c & 7)));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void line(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.write('\n');
    }
}
