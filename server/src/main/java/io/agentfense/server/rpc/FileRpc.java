package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.Entry;
import io.agentfense.api.ours.v1.FileData;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceImplBase;
import io.agentfense.api.ours.v1.ListDirectoryRequest;
import io.agentfense.api.ours.v1.ListDirectoryResponse;
import io.agentfense.api.ours.v1.MakeDirectoryRequest;
import io.agentfense.api.ours.v1.Match;
import io.agentfense.api.ours.v1.MoveRequest;
import io.agentfense.api.ours.v1.ReadFileRequest;
import io.agentfense.api.ours.v1.RemoveRequest;
import io.agentfense.api.ours.v1.SearchRequest;
import io.agentfense.api.ours.v1.SearchResponse;
import io.agentfense.api.ours.v1.StatFileRequest;
import io.agentfense.api.ours.v1.WatchEvent;
import io.agentfense.api.ours.v1.WatchRequest;
import io.agentfense.api.ours.v1.WriteFileRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.sandbox.files.FileEntry;
import io.agentfense.sandbox.files.FileListing;
import io.agentfense.sandbox.files.FileSearch;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.sandbox.files.SearchResult;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Files;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code agentfense.v1.FileService}. Thread-safe. */
public final class FileRpc extends FileServiceImplBase {
    private static final int PIECE_BYTES = 1 << 20;

    /** So many that the answer stays below what clients take in one message. */
    private static final int MOST_ENTRIES = 10_000;

    private static final int DEFAULT_MATCHES = 1000;
    private static final int LARGEST_SEARCHED = 16 << 20;

    private final Door door;
    private final Files files;

    /** Over these files. */
    public FileRpc(Door door, Files files) {
        this.door = door;
        this.files = files;
    }

    @Override
    public void statFile(StatFileRequest request, StreamObserver<Entry> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            return message(files.look(id, inside -> inside.stat(path)));
        });
    }

    /** A file as a message. */
    public static Entry message(FileEntry entry) {
        String path = text(entry.path());
        return Entry.newBuilder()
                .setPath(path)
                .setName(path.substring(path.lastIndexOf('/') + 1))
                .setType(
                        switch (entry.type()) {
                            case FILE -> Entry.Type.FILE;
                            case DIRECTORY -> Entry.Type.DIRECTORY;
                            case LINK -> Entry.Type.SYMLINK;
                            case SPECIAL -> Entry.Type.OTHER;
                        })
                .setSize(entry.size())
                .setMode(entry.permissions())
                .setModifiedAt(Times.of(entry.modified()))
                .setLinkTarget(entry.target().map(FileRpc::text).orElse(""))
                .build();
    }

    static String text(SandboxPath path) {
        return new String(path.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void listDirectory(ListDirectoryRequest request, StreamObserver<ListDirectoryResponse> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            if (request.getDepth() < 0) {
                throw new Refusal(Kind.INVALID, "depth must not be negative");
            }
            int depth = Math.max(1, request.getDepth());
            FileListing listing = files.look(id, inside -> inside.list(path, depth, MOST_ENTRIES, Optional.empty()));
            ListDirectoryResponse.Builder response =
                    ListDirectoryResponse.newBuilder().setTruncated(listing.more());
            listing.entries().forEach(entry -> response.addEntries(message(entry)));
            return response.build();
        });
    }

    @Override
    public void readFile(ReadFileRequest request, StreamObserver<FileData> observer) {
        Outflow<FileData> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            if (request.getOffset() < 0 || request.getLength() < 0) {
                throw new Refusal(Kind.INVALID, "offset and length must not be negative");
            }
            long at = request.getOffset();
            long end = request.getLength() == 0 ? Long.MAX_VALUE : at + request.getLength();
            while (at < end) {
                long from = at;
                int most = (int) Math.min(PIECE_BYTES, end - at);
                byte[] piece = files.look(id, inside -> inside.read(path, from, most));
                if (piece.length == 0) {
                    return;
                }
                at += piece.length;
                outflow.send(FileData.newBuilder()
                        .setData(ByteString.copyFrom(piece))
                        .build());
            }
        });
    }

    @Override
    public StreamObserver<WriteFileRequest> writeFile(StreamObserver<Entry> observer) {
        return new FileInflow(door, files, observer);
    }

    @Override
    public void makeDirectory(MakeDirectoryRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            return files.change(id, inside -> {
                inside.makeDirectory(path, request.getParents());
                return Empty.getDefaultInstance();
            });
        });
    }

    @Override
    public void move(MoveRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath from = Files.path("from_path", request.getFromPath());
            SandboxPath to = Files.path("to_path", request.getToPath());
            return files.change(id, inside -> {
                inside.move(from, to, request.getReplace());
                return Empty.getDefaultInstance();
            });
        });
    }

    @Override
    public void remove(RemoveRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            return files.change(id, inside -> {
                inside.remove(path, request.getRecursive());
                return Empty.getDefaultInstance();
            });
        });
    }

    @Override
    public void search(SearchRequest request, StreamObserver<SearchResponse> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            FileSearch search = search(request);
            SearchResult result = files.look(id, inside -> inside.search(path, search));
            SearchResponse.Builder response = SearchResponse.newBuilder().setTruncated(result.more());
            result.matches()
                    .forEach(match -> response.addMatches(Match.newBuilder()
                            .setPath(text(match.path()))
                            .setLine((int) match.line())
                            .setText(new String(match.text(), StandardCharsets.UTF_8))));
            return response.build();
        });
    }

    private static FileSearch search(SearchRequest request) throws Refusal {
        try {
            return new FileSearch(
                    Optional.of(request.getName()).filter(name -> !name.isEmpty()),
                    Optional.of(request.getText()).filter(text -> !text.isEmpty()),
                    request.getRegex(),
                    request.getLimit() == 0 ? DEFAULT_MATCHES : request.getLimit(),
                    LARGEST_SEARCHED);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Kind.INVALID, "limit: " + e.getMessage(), e);
        }
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchEvent> observer) {
        Outflow<WatchEvent> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            SandboxPath path = Files.path(request.getPath());
            Watching.follow(files, id, path, outflow::send, outflow);
        });
    }
}
