package io.agentfense.client;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.DeleteCodebaseRequest;
import io.agentfense.api.v1.DownloadFileRequest;
import io.agentfense.api.v1.FileChunk;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.api.v1.ListCodebasesResponse;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.UploadChunk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server's codebases and their files, as they lie there: no sandbox's rules apply. Thread-safe. */
public final class Codebases {
    private static final int PAGE = 500;
    private static final int PIECE_BYTES = 1 << 20;

    private final Remote remote;

    Codebases(Remote remote) {
        this.remote = remote;
    }

    /**
     * Makes an empty one.
     *
     * @param ownerId for a server without authentication; elsewhere it is the caller
     */
    public Codebase create(String name, String ownerId) {
        CreateCodebaseRequest request = CreateCodebaseRequest.newBuilder()
                .setName(name)
                .setOwnerId(ownerId)
                .build();
        return of(remote.create(
                Subject.server("create codebase"), remote.codebases(), stub -> stub.createCodebase(request)));
    }

    /** What the server knows of one. */
    public Codebase get(String id) {
        GetCodebaseRequest request =
                GetCodebaseRequest.newBuilder().setCodebaseId(id).build();
        return of(remote.call(
                Subject.codebase("get codebase", id), () -> remote.codebases().getCodebase(request)));
    }

    /** All that the caller may see. */
    public List<Codebase> list() {
        List<Codebase> all = new ArrayList<>();
        String page = "";
        do {
            ListCodebasesRequest request = ListCodebasesRequest.newBuilder()
                    .setPageSize(PAGE)
                    .setPageToken(page)
                    .build();
            ListCodebasesResponse response = remote.call(
                    Subject.server("list codebases"), () -> remote.codebases().listCodebases(request));
            response.getCodebasesList().stream().map(Codebases::of).forEach(all::add);
            page = response.getNextPageToken();
        } while (!page.isEmpty());
        return List.copyOf(all);
    }

    /**
     * Deletes one.
     *
     * @throws InvalidStateException while sandboxes use it
     */
    public void delete(String id) {
        DeleteCodebaseRequest request =
                DeleteCodebaseRequest.newBuilder().setCodebaseId(id).build();
        remote.call(
                Subject.codebase("delete codebase", id),
                () -> remote.codebases().deleteCodebase(request));
    }

    /**
     * Uploads a directory into the root, as one stream and all of it or none. Permission bits, links and empty directories
     * are kept; what {@code .gitignore} and {@code .sandboxignore} files name is left out, and so is what
     * {@link IgnoreRules#DEFAULTS} names.
     *
     * @param ignore more patterns in the syntax of those files; they have the last word
     */
    public UploadResult upload(String id, Path directory, List<String> ignore) {
        return upload(id, directory, ignore, (files, bytes) -> {});
    }

    /** The same with somebody who hears how far it is. */
    public UploadResult upload(String id, Path directory, List<String> ignore, UploadListener listener) {
        return upload(id, directory, IgnoreRules.of(ignore), listener);
    }

    /** The same with other rules of what is left out. */
    public UploadResult upload(String id, Path directory, IgnoreRules rules, UploadListener listener) {
        return ProjectUpload.send(remote.archives(), id, directory, rules, listener);
    }

    /** Writes one file, all of it or none. */
    public UploadResult write(String id, String path, byte[] content) {
        UploadChunk.Metadata metadata = UploadChunk.Metadata.newBuilder()
                .setCodebaseId(id)
                .setFilePath(path)
                .setTotalSize(content.length)
                .build();
        Subject subject = Subject.codebase("upload file", id).at(path);
        try (var requests =
                new Requests<>(remote, subject, remote.codebaseStreams().uploadFiles())) {
            boolean taken =
                    requests.send(UploadChunk.newBuilder().setMetadata(metadata).build());
            for (int at = 0; taken && at < content.length; at += PIECE_BYTES) {
                ByteString piece = ByteString.copyFrom(content, at, Math.min(PIECE_BYTES, content.length - at));
                taken = requests.send(UploadChunk.newBuilder().setData(piece).build());
            }
            return result(requests.answer());
        }
    }

    private static UploadResult result(io.agentfense.api.v1.UploadResult result) {
        List<FoundSecret> secrets = result.getSecretsList().stream()
                .map(secret ->
                        new FoundSecret(secret.getPath(), secret.getLine(), secret.getRule(), secret.getMasked()))
                .toList();
        return new UploadResult(1, 0, 0, result.getSize(), secrets, result.getSecretCount());
    }

    /** A whole file. */
    public byte[] read(String id, String path) {
        DownloadFileRequest request = DownloadFileRequest.newBuilder()
                .setCodebaseId(id)
                .setFilePath(path)
                .build();
        Subject subject = Subject.codebase("download file", id).at(path);
        ByteString content = ByteString.EMPTY;
        try (Answers<FileChunk> answers =
                remote.answers(subject, remote.codebaseStreams().downloadFile(request))) {
            for (FileChunk piece = answers.next(); piece != null; piece = answers.next()) {
                content = content.concat(piece.getData());
            }
        }
        return content.toByteArray();
    }

    /** All files, directories and links below a path; {@code ""} for the root. */
    public List<FileInfo> files(String id, String path) {
        ListFilesRequest request = ListFilesRequest.newBuilder()
                .setCodebaseId(id)
                .setPath(path)
                .setRecursive(true)
                .build();
        return remote
                .call(
                        Subject.codebase("list files", id).at(path),
                        () -> remote.codebases().listFiles(request))
                .getFilesList()
                .stream()
                .map(FileMessages::of)
                .toList();
    }

    private static Codebase of(io.agentfense.api.v1.Codebase codebase) {
        return new Codebase(
                codebase.getId(),
                codebase.getName(),
                codebase.getOwnerId(),
                codebase.getSize(),
                codebase.getFileCount(),
                Times.of(codebase.getCreatedAt()),
                Times.of(codebase.getUpdatedAt()));
    }
}
