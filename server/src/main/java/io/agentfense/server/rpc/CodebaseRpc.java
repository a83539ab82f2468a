package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.Codebase;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceImplBase;
import io.agentfense.api.v1.CreateCodebaseRequest;
import io.agentfense.api.v1.DeleteCodebaseRequest;
import io.agentfense.api.v1.DeleteFileRequest;
import io.agentfense.api.v1.DownloadFileRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.api.v1.FileChunk;
import io.agentfense.api.v1.GetCodebaseRequest;
import io.agentfense.api.v1.ListCodebasesRequest;
import io.agentfense.api.v1.ListCodebasesResponse;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.ListFilesResponse;
import io.agentfense.api.v1.MoveFileRequest;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.api.v1.UploadResult;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.Verb;
import io.agentfense.server.codebase.CodebaseFiles;
import io.agentfense.server.codebase.Codebases;
import io.agentfense.server.codebase.Download;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Page;
import io.agentfense.server.store.PageRequest;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code sandbox.v1.CodebaseService}. Thread-safe. */
public final class CodebaseRpc extends CodebaseServiceImplBase {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Door door;
    private final Codebases codebases;
    private final CodebaseFiles files;
    private final SecretTrail trail;
    private final Codebases.Eviction eviction;

    /**
     * Over these services.
     *
     * @param trail where credentials in uploads are written down
     * @param eviction destroys the sandboxes of a codebase that is deleted by force
     */
    public CodebaseRpc(
            Door door, Codebases codebases, CodebaseFiles files, SecretTrail trail, Codebases.Eviction eviction) {
        this.door = door;
        this.codebases = codebases;
        this.files = files;
        this.trail = trail;
        this.eviction = eviction;
    }

    @Override
    public void createCodebase(CreateCodebaseRequest request, StreamObserver<Codebase> observer) {
        Call.answer(observer, () -> {
            Caller caller = Door.caller();
            String owner = caller.ownerOf(request.getOwnerId());
            Door.required(request.getName(), "name");
            Door.required(owner, "owner_id");
            Authorization.check(caller, Verb.CREATE, owner);
            if (!request.getLocalPath().isEmpty()) {
                // What a local root holds is the machine's, whoever it is put in the name of.
                Authorization.checkAdministrator(caller);
            }
            CodebaseRecord made = request.getLocalPath().isEmpty()
                    ? codebases.create(request.getName(), owner)
                    : codebases.createLocal(request.getName(), owner, request.getLocalPath());
            return CodebaseMessages.of(made);
        });
    }

    @Override
    public void getCodebase(GetCodebaseRequest request, StreamObserver<Codebase> observer) {
        Call.answer(observer, () -> CodebaseMessages.of(door.codebase(request.getCodebaseId(), Verb.READ)));
    }

    @Override
    public void listCodebases(ListCodebasesRequest request, StreamObserver<ListCodebasesResponse> observer) {
        Call.answer(observer, () -> {
            Page<CodebaseRecord> page = codebases.list(
                    Authorization.listed(Door.caller(), request.getOwnerId()),
                    new PageRequest(request.getPageSize(), request.getPageToken()));
            ListCodebasesResponse.Builder response = ListCodebasesResponse.newBuilder()
                    .setNextPageToken(page.nextToken().orElse(""));
            page.items().forEach(record -> response.addCodebases(CodebaseMessages.of(record)));
            return response.build();
        });
    }

    @Override
    public void deleteCodebase(DeleteCodebaseRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.codebase(request.getCodebaseId(), Verb.DELETE).id();
            codebases.delete(id, Optional.of(eviction).filter(_ -> request.getForce()));
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<UploadChunk> uploadFiles(StreamObserver<UploadResult> observer) {
        return new Inflow(door, files, trail, observer);
    }

    @Override
    public void downloadFile(DownloadFileRequest request, StreamObserver<FileChunk> observer) {
        Outflow<FileChunk> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            String id = door.codebase(request.getCodebaseId(), Verb.READ).id();
            Door.required(request.getFilePath(), "file_path");
            try (Download download = files.download(id, request.getFilePath(), request.getOffset())) {
                byte[] buffer = new byte[CHUNK_BYTES];
                int read;
                while ((read = download.read(buffer)) >= 0) {
                    outflow.send(FileChunk.newBuilder()
                            .setData(ByteString.copyFrom(buffer, 0, read))
                            .build());
                }
            }
        });
    }

    @Override
    public void listFiles(ListFilesRequest request, StreamObserver<ListFilesResponse> observer) {
        Call.answer(observer, () -> {
            String id = door.codebase(request.getCodebaseId(), Verb.READ).id();
            ListFilesResponse.Builder response = ListFilesResponse.newBuilder();
            files.list(id, request.getPath(), request.getRecursive())
                    .forEach(entry -> response.addFiles(CodebaseMessages.of(entry)));
            return response.build();
        });
    }

    @Override
    public void deleteFile(DeleteFileRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.codebase(request.getCodebaseId(), Verb.CHANGE).id();
            Door.required(request.getFilePath(), "file_path");
            files.delete(id, request.getFilePath());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void moveFile(MoveFileRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.codebase(request.getCodebaseId(), Verb.CHANGE).id();
            Door.required(request.getFromPath(), "from_path");
            Door.required(request.getToPath(), "to_path");
            files.move(id, request.getFromPath(), request.getToPath());
            return Empty.getDefaultInstance();
        });
    }
}
