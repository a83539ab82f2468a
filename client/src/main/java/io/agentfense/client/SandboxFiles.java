package io.agentfense.client;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.Entry;
import io.agentfense.api.ours.v1.FileData;
import io.agentfense.api.ours.v1.ListDirectoryRequest;
import io.agentfense.api.ours.v1.ListDirectoryResponse;
import io.agentfense.api.ours.v1.MakeDirectoryRequest;
import io.agentfense.api.ours.v1.MoveRequest;
import io.agentfense.api.ours.v1.ReadFileRequest;
import io.agentfense.api.ours.v1.RemoveRequest;
import io.agentfense.api.ours.v1.SearchRequest;
import io.agentfense.api.ours.v1.StatFileRequest;
import io.agentfense.api.ours.v1.WatchRequest;
import io.agentfense.api.ours.v1.WriteFileRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Files as a sandbox sees them: its rules hold, and what is not committed is there. Paths are absolute
 * ({@code /workspace/a}) or relative to {@code /workspace}. What is hidden is {@link FileMissingException}, what is withheld
 * {@link PermissionDeniedException}. Thread-safe.
 */
public final class SandboxFiles {
    private static final int PIECE_BYTES = 1 << 20;

    private final Remote remote;
    private final String id;

    SandboxFiles(Remote remote, String sandboxId) {
        this.remote = remote;
        id = sandboxId;
    }

    private Subject subject(String operation, String path) {
        return Subject.sandbox(operation, id).at(path);
    }

    /** A whole file as UTF-8. */
    public String readText(String path) {
        return content(path).toStringUtf8();
    }

    /** A whole file. */
    public byte[] readBytes(String path) {
        return content(path).toByteArray();
    }

    private ByteString content(String path) {
        ReadFileRequest request =
                ReadFileRequest.newBuilder().setSandboxId(id).setPath(path).build();
        ByteString content = ByteString.EMPTY;
        try (Answers<FileData> answers =
                remote.answers(subject("read file", path), remote.fileStreams().readFile(request))) {
            for (FileData piece = answers.next(); piece != null; piece = answers.next()) {
                content = content.concat(piece.getData());
            }
        }
        return content;
    }

    /** Writes a text as UTF-8: all of it or none. */
    public FileInfo write(String path, String content) {
        return write(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file, all of it or none; of at most 64 MiB. An existing one keeps its mode. */
    public FileInfo write(String path, byte[] content) {
        WriteFileRequest.Target target = WriteFileRequest.Target.newBuilder()
                .setSandboxId(id)
                .setPath(path)
                .build();
        try (Requests<WriteFileRequest, Entry> requests = new Requests<>(
                remote, subject("write file", path), remote.fileStreams().writeFile())) {
            boolean taken = requests.send(
                    WriteFileRequest.newBuilder().setTarget(target).build());
            for (int at = 0; taken && at < content.length; at += PIECE_BYTES) {
                ByteString piece = ByteString.copyFrom(content, at, Math.min(PIECE_BYTES, content.length - at));
                taken = requests.send(
                        WriteFileRequest.newBuilder().setData(piece).build());
            }
            return FileMessages.of(requests.answer());
        }
    }

    /** A directory's own entries. */
    public List<FileInfo> list(String path) {
        return list(path, 1);
    }

    /**
     * What lies in a directory and below, so many levels deep.
     *
     * @throws ResourceLimitExceededException if it is more than one answer holds
     */
    public List<FileInfo> list(String path, int depth) {
        ListDirectoryRequest request = ListDirectoryRequest.newBuilder()
                .setSandboxId(id)
                .setPath(path)
                .setDepth(depth)
                .build();
        ListDirectoryResponse response = remote.call(
                subject("list directory", path), () -> remote.files().listDirectory(request));
        if (response.getTruncated()) {
            throw new ResourceLimitExceededException(
                    "entries of one listing",
                    OptionalLong.of(response.getEntriesCount()),
                    Optional.empty(),
                    path + " has more; list it less deep, or by its directories",
                    null);
        }
        return response.getEntriesList().stream().map(FileMessages::of).toList();
    }

    /** Whether there is something that the rules show. */
    public boolean exists(String path) {
        try {
            stat(path);
            return true;
        } catch (FileMissingException e) {
            return false;
        }
    }

    /** What is there; of a symbolic link, the link. */
    public FileInfo stat(String path) {
        StatFileRequest request =
                StatFileRequest.newBuilder().setSandboxId(id).setPath(path).build();
        return FileMessages.of(
                remote.call(subject("stat file", path), () -> remote.files().statFile(request)));
    }

    /** Makes a directory, and those above it that are not there. */
    public void makeDirectories(String path) {
        MakeDirectoryRequest request = MakeDirectoryRequest.newBuilder()
                .setSandboxId(id)
                .setPath(path)
                .setParents(true)
                .build();
        remote.call(subject("make directory", path), () -> remote.files().makeDirectory(request));
    }

    /**
     * Renames within the sandbox.
     *
     * @throws AlreadyExistsException if something is there
     */
    public void move(String from, String to) {
        MoveRequest request = MoveRequest.newBuilder()
                .setSandboxId(id)
                .setFromPath(from)
                .setToPath(to)
                .build();
        remote.call(subject("move", from), () -> remote.files().move(request));
    }

    /** Removes a file, a link or an empty directory. */
    public void remove(String path) {
        remove(path, false);
    }

    /** Removes a directory with all that is in it. */
    public void removeAll(String path) {
        remove(path, true);
    }

    private void remove(String path, boolean recursive) {
        RemoveRequest request = RemoveRequest.newBuilder()
                .setSandboxId(id)
                .setPath(path)
                .setRecursive(recursive)
                .build();
        remote.call(subject("remove", path), () -> remote.files().remove(request));
    }

    /** The first 1000 lines that contain a text, in files at and below a path. */
    public List<FileMatch> search(String path, String text) {
        return search(path, SearchRequest.newBuilder().setText(text));
    }

    /**
     * The first 1000 lines that match a POSIX extended regular expression, in files at and below a path.
     *
     * @param glob which names of files to look into; all if empty
     * @throws InvalidConfigurationException if the expression is none
     */
    public List<FileMatch> searchExpression(String path, String expression, String glob) {
        return search(
                path,
                SearchRequest.newBuilder().setText(expression).setRegex(true).setName(glob));
    }

    private List<FileMatch> search(String path, SearchRequest.Builder search) {
        SearchRequest request = search.setSandboxId(id).setPath(path).build();
        return remote.call(subject("search", path), () -> remote.files().search(request)).getMatchesList().stream()
                .map(match -> new FileMatch(match.getPath(), match.getLine(), match.getText()))
                .toList();
    }

    /** Watches a directory and all below it: when this returns, every change from now on is told. */
    public FileWatch watch(String path) {
        // The server tells a path that is not there as it tells a watch that broke.
        stat(path);
        WatchRequest request =
                WatchRequest.newBuilder().setSandboxId(id).setPath(path).build();
        return FileWatch.begin(
                remote.answers(subject("watch", path), remote.fileStreams().watch(request)));
    }
}
