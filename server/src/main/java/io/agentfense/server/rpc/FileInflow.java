package io.agentfense.server.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.ours.v1.Entry;
import io.agentfense.api.ours.v1.WriteFileRequest;
import io.agentfense.sandbox.files.FileEntry;
import io.agentfense.sandbox.files.SandboxFiles;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.sandbox.files.WriteOptions;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Files;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way into a sandbox, kept until the last of it has come. The transport calls it from one thread at a time.
 */
final class FileInflow implements StreamObserver<WriteFileRequest> {
    private static final int PERMISSION_BITS = 0777;

    private final Door door;
    private final Files files;
    private final StreamObserver<Entry> answer;
    private final Context context = Context.current();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private @Nullable String sandboxId;
    private @Nullable SandboxPath path;
    private WriteOptions options = WriteOptions.DEFAULT;
    private boolean ended;

    FileInflow(Door door, Files files, StreamObserver<Entry> answer) {
        this.door = door;
        this.files = files;
        this.answer = answer;
        ServiceRequestContext.current().clearRequestTimeout();
    }

    @Override
    public void onNext(WriteFileRequest request) {
        if (ended) {
            return;
        }
        try {
            context.call(() -> {
                take(request);
                return null;
            });
        } catch (Exception e) {
            fail(e);
        }
    }

    private void take(WriteFileRequest request) throws Exception {
        switch (request.getContentCase()) {
            case TARGET -> begin(request.getTarget());
            case DATA -> {
                if (path == null) {
                    throw new Refusal(Kind.INVALID, "the first message must be target");
                }
                if (content.size() + request.getData().size() > SandboxFiles.MAX_BYTES) {
                    throw new Refusal(
                            Kind.INVALID, "a file may have at most " + SandboxFiles.MAX_BYTES + " bytes; upload it");
                }
                request.getData().writeTo(content);
            }
            case CONTENT_NOT_SET -> throw new Refusal(Kind.INVALID, "a message holds target or data");
        }
    }

    private void begin(WriteFileRequest.Target target) throws Exception {
        if (path != null) {
            throw new Refusal(Kind.INVALID, "target came already");
        }
        if ((target.getMode() & ~PERMISSION_BITS) != 0) {
            throw new Refusal(Kind.INVALID, "mode: permission bits only, at most 0777 (511)");
        }
        sandboxId = door.enter(target.getSandboxId(), Verb.EXECUTE);
        Door.required(target.getPath(), "path");
        if (target.getMode() != 0) {
            options = new WriteOptions(target.getMode(), false, true, true);
        }
        path = Files.path(target.getPath());
    }

    @Override
    public void onCompleted() {
        if (ended) {
            return;
        }
        ended = true;
        String id = sandboxId;
        SandboxPath to = path;
        Call.answer(answer, () -> {
            if (id == null || to == null) {
                throw new Refusal(Kind.INVALID, "no target came");
            }
            FileEntry written = files.change(id, inside -> {
                inside.write(to, content.toByteArray(), options);
                return inside.stat(to);
            });
            return FileRpc.message(written);
        });
    }

    @Override
    public void onError(Throwable thrown) {
        ended = true;
    }

    private void fail(Exception e) {
        ended = true;
        answer.onError(Statuses.of(e));
    }
}
