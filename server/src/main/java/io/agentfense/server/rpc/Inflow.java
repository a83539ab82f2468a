package io.agentfense.server.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.api.v1.UploadResult;
import io.agentfense.server.access.Verb;
import io.agentfense.server.codebase.CodebaseFiles;
import io.agentfense.server.codebase.Upload;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one upload, on their way into a file that nobody sees until the last has come. The transport calls it from
 * one thread at a time.
 */
final class Inflow implements StreamObserver<UploadChunk> {
    private final Door door;
    private final CodebaseFiles files;
    private final SecretTrail trail;
    private final StreamObserver<UploadResult> answer;
    private final Context context = Context.current();
    private @Nullable Upload upload;
    private boolean ended;

    Inflow(Door door, CodebaseFiles files, SecretTrail trail, StreamObserver<UploadResult> answer) {
        this.door = door;
        this.files = files;
        this.trail = trail;
        this.answer = answer;
        ServiceRequestContext request = ServiceRequestContext.currentOrNull();
        if (request != null) {
            // As long as chunks come it may take its time; a client that is silent is cut off by its connection.
            request.clearRequestTimeout();
        }
    }

    @Override
    public void onNext(UploadChunk chunk) {
        if (ended) {
            return;
        }
        try {
            context.call(() -> {
                take(chunk);
                return null;
            });
        } catch (Exception e) {
            fail(e);
        }
    }

    private void take(UploadChunk chunk) throws Exception {
        switch (chunk.getContentCase()) {
            case METADATA -> begin(chunk.getMetadata());
            case DATA -> {
                if (upload == null) {
                    throw new Refusal(Kind.INVALID, "metadata must be sent first");
                }
                byte[] bytes = chunk.getData().toByteArray();
                upload.write(bytes, 0, bytes.length);
            }
            case CONTENT_NOT_SET -> throw new Refusal(Kind.INVALID, "a chunk holds metadata or data");
        }
    }

    private void begin(UploadChunk.Metadata metadata) throws Exception {
        if (upload != null) {
            throw new Refusal(Kind.INVALID, "metadata already received");
        }
        var request = CodebaseMessages.of(metadata);
        String id = door.codebase(metadata.getCodebaseId(), Verb.CHANGE).id();
        upload = files.upload(id, request);
    }

    @Override
    public void onCompleted() {
        if (ended) {
            return;
        }
        try {
            if (upload == null) {
                throw new Refusal(Kind.INVALID, "no metadata received");
            }
            Upload whole = upload;
            UploadResult result = context.call(() -> CodebaseMessages.of(trail.end(
                    Door.caller(),
                    whole.codebaseId(),
                    whole::finish,
                    io.agentfense.server.codebase.UploadResult::secrets)));
            close();
            answer.onNext(result);
            answer.onCompleted();
        } catch (Exception e) {
            fail(e);
        }
    }

    /** The client gave up: nothing of the file is kept, but for what can be resumed. */
    @Override
    public void onError(Throwable thrown) {
        close();
    }

    private void fail(Exception e) {
        close();
        answer.onError(Statuses.of(e));
    }

    private void close() {
        ended = true;
        if (upload != null) {
            upload.close();
        }
    }
}
