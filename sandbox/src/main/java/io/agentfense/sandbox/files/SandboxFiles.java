package io.agentfense.sandbox.files;

import io.agentfense.sandbox.Sandbox;
import io.agentfense.sandbox.files.FileRequest.Operation;
import io.agentfense.sandbox.files.SearchResult.Match;
import io.agentfense.sandbox.guest.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files of a sandbox, by the rights of its programs. Thread-safe; each operation costs what a command does, and
 * waits on a platform thread as {@link io.agentfense.sandbox.Execution#await()} does.
 *
 * <p>Paths that lead out of the workspace, by {@code ..} or by links too, are refused unless {@link #anywhere} was asked
 * for; even so nothing is reached that a command of the sandbox could not reach. All operations throw
 * {@link FileException} with a reason; {@link ProtocolException} if the sandbox answered with nonsense; and IOException
 * with EPIPE if it has ended.
 */
public final class SandboxFiles {
    /** The most entries of one listing. */
    public static final int MAX_ENTRIES = 100_000;

    /** The most bytes that one call reads or writes. */
    public static final int MAX_BYTES = 64 << 20;

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final byte[] NOTHING = {};

    private final Sandbox sandbox;
    private final boolean anywhere;

    private SandboxFiles(Sandbox sandbox, boolean anywhere) {
        this.sandbox = sandbox;
        this.anywhere = anywhere;
    }

    /** The files of a sandbox's workspace. */
    public static SandboxFiles of(Sandbox sandbox) {
        return new SandboxFiles(sandbox, false);
    }

    /** The same with all other files that the sandbox shows. */
    public SandboxFiles anywhere() {
        return new SandboxFiles(sandbox, true);
    }

    /** What is at a path; of a link, the link itself. */
    public FileEntry stat(SandboxPath path) throws IOException {
        List<FileEntry> found = new ArrayList<>();
        run(path, request(Operation.STAT, 0, path), received -> addEntry(found, received, 1));
        if (found.isEmpty()) {
            throw new ProtocolException("no entry");
        }
        return found.getFirst();
    }

    /** Whether something is at a path. */
    public boolean exists(SandboxPath path) throws IOException {
        try {
            stat(path);
            return true;
        } catch (FileException e) {
            if (e.reason() == FileException.Reason.NOT_FOUND || e.reason() == FileException.Reason.NOT_A_DIRECTORY) {
                return false;
            }
            throw e;
        }
    }

    /**
     * What is in a directory. What vanishes meanwhile, or can't be looked into, is left out.
     *
     * @param depth 1 for its own entries, 2 for those of its directories too, and so on
     * @param most how many entries at most, 1 to {@link #MAX_ENTRIES}
     * @param after the path of the last entry of the part before this
     */
    public FileListing list(SandboxPath path, int depth, int most, Optional<SandboxPath> after) throws IOException {
        if (depth < 1 || most < 1 || most > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "a listing has a depth of 1 or more, and 1 to " + MAX_ENTRIES + " entries");
        }
        List<FileEntry> entries = new ArrayList<>();
        FileRequest request = request(Operation.LIST, 0, path)
                .withLimits(depth, most)
                .withTexts(after.map(SandboxPath::bytes).orElse(NOTHING), NOTHING);
        boolean more = run(path, request, received -> addEntry(entries, received, most));
        return new FileListing(List.copyOf(entries), more);
    }

    private static void addEntry(List<FileEntry> entries, FileRecord received, int most) throws ProtocolException {
        if (!(received instanceof FileRecord.Entry entry) || entries.size() == most) {
            throw new ProtocolException("no entry, or too many");
        }
        entries.add(entry.entry());
    }

    /**
     * A part of a file's content, shorter where the file ends.
     *
     * @param length at most {@link #MAX_BYTES}
     */
    public byte[] read(SandboxPath path, long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || length > MAX_BYTES) {
            throw new IllegalArgumentException("a read begins at 0 or later and has at most " + MAX_BYTES + " bytes");
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        run(path, request(Operation.READ, 0, path).withRange(offset, length), received -> {
            if (!(received instanceof FileRecord.Data data) || data.bytes().length > length - content.size()) {
                throw new ProtocolException("no content, or too much");
            }
            content.writeBytes(data.bytes());
        });
        return content.toByteArray();
    }

    /** Writes a whole file, atomically: whoever opens it sees the old content or the new. A link is replaced. */
    public void write(SandboxPath path, byte[] content, WriteOptions options) throws IOException {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException("a write has at most " + MAX_BYTES + " bytes");
        }
        FileRequest request = request(Operation.WRITE, options.flags(), path)
                .withMode(options.permissions())
                .withRange(0, content.length);
        run(path, request, content, SandboxFiles::refuse);
    }

    /** Makes a directory, with those above it if asked for; then it is no error if it is there. */
    public void makeDirectory(SandboxPath path, boolean parents) throws IOException {
        FileRequest request = request(Operation.MKDIR, parents ? FileRequest.PARENTS : 0, path);
        run(path, request.withMode(0777), SandboxFiles::refuse);
    }

    /**
     * Gives a file or directory another name.
     *
     * @param replace whether a file or an empty directory of that name may be replaced
     */
    public void move(SandboxPath from, SandboxPath to, boolean replace) throws IOException {
        FileRequest request = request(Operation.MOVE, replace ? 0 : FileRequest.NO_REPLACE, from);
        run(from, request.withTexts(bytesOf(to), NOTHING), SandboxFiles::refuse);
    }

    /** Removes a file or an empty directory; with all that is in it if asked for. A link goes, and its target stays. */
    public void remove(SandboxPath path, boolean recursive) throws IOException {
        run(path, request(Operation.REMOVE, recursive ? FileRequest.RECURSIVE : 0, path), SandboxFiles::refuse);
    }

    /** Looks for names, or for lines, below a directory. Files that can't be read are left out, links not followed. */
    public SearchResult search(SandboxPath path, FileSearch search) throws IOException {
        List<Match> matches = new ArrayList<>();
        FileRequest request = request(Operation.SEARCH, search.regex() ? FileRequest.REGEX : 0, path)
                .withLimits(0, search.most())
                .withRange(0, search.largestFile())
                .withTexts(text(search.glob()), text(search.content()));
        boolean more = run(path, request, received -> {
            if (!(received instanceof FileRecord.Found found) || matches.size() == search.most()) {
                throw new ProtocolException("no match, or too many");
            }
            matches.add(found.match());
        });
        return new SearchResult(List.copyOf(matches), more);
    }

    private static byte[] text(Optional<String> text) {
        String given = text.orElse("");
        if (given.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a pattern can't hold NUL");
        }
        return given.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Watches a directory and all below it.
     *
     * @param listener gets each event, the first of them {@link FileEvent.What#READY}, on a thread of the watch
     */
    public FileWatch watch(SandboxPath path, Consumer<FileEvent> listener) throws IOException {
        return new FileWatch(sandbox, path, request(Operation.WATCH, 0, path), listener);
    }

    private FileRequest request(Operation operation, int flags, SandboxPath path) throws FileException {
        return FileRequest.of(operation, anywhere ? flags | FileRequest.ANYWHERE : flags, bytesOf(path));
    }

    private byte[] bytesOf(SandboxPath path) throws FileException {
        return anywhere ? path.fromRoot() : path.inWorkspace();
    }

    private boolean run(SandboxPath path, FileRequest request, RecordReader.Receiver receiver) throws IOException {
        return run(path, request, NOTHING, receiver);
    }

    private boolean run(SandboxPath path, FileRequest request, byte[] content, RecordReader.Receiver receiver)
            throws IOException {
        return FileProgram.start(sandbox, path, request, content, TIMEOUT, receiver)
                .await();
    }

    private static void refuse(FileRecord received) throws ProtocolException {
        throw new ProtocolException("a record where none belongs");
    }
}
