package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.server.access.Verb;
import io.agentfense.server.codebase.CodebaseFiles;
import io.agentfense.server.codebase.Download;
import io.agentfense.server.codebase.Upload;
import io.agentfense.server.codebase.UploadResult;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.CallTrail;
import io.agentfense.server.rpc.CodebaseMessages;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.SecretTrail;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code GET} and {@code PUT /v1/codebases/{codebase_id}/files/{path}}: the content of a file as it is. {@code PUT} takes
 * the query parameters {@code mode} (octal), {@code sha256} and {@code resume_at}; {@code GET} takes {@code offset}.
 * Thread-safe.
 */
public final class FileContent extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/codebases/{codebase_id}/files/{*path}";

    private static final int BUFFER_BYTES = 64 << 10;

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final CodebaseFiles files;
    private final CallTrail trail;
    private final SecretTrail secrets;

    /**
     * Over these files.
     *
     * @param trail where changes are written down
     * @param secrets where credentials in them are
     */
    public FileContent(Gatekeeper gatekeeper, Door door, CodebaseFiles files, CallTrail trail, SecretTrail secrets) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.files = files;
        this.trail = trail;
        this.secrets = secrets;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::download);
    }

    @Override
    protected HttpResponse doPut(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::upload);
    }

    private void download(Exchange exchange) throws Exception {
        String id = door.codebase(exchange.caller(), exchange.pathParameter("codebase_id"), Verb.READ)
                .id();
        long offset = exchange.queryNumber("offset", 10);
        try (Download download = files.download(id, exchange.pathParameter("path"), offset)) {
            exchange.begin(MediaType.OCTET_STREAM);
            byte[] buffer = new byte[BUFFER_BYTES];
            int read;
            while ((read = download.read(buffer)) >= 0) {
                exchange.send(buffer, 0, read);
            }
        }
    }

    private void upload(Exchange exchange) throws Exception {
        UploadChunk.Metadata metadata = UploadChunk.Metadata.newBuilder()
                .setCodebaseId(exchange.pathParameter("codebase_id"))
                .setFilePath(exchange.pathParameter("path"))
                .setMode(exchange.queryMode())
                .setResumeAt(exchange.queryNumber("resume_at", 10))
                .setSha256(exchange.queryParameter("sha256"))
                .build();
        String id = door.codebase(exchange.caller(), metadata.getCodebaseId(), Verb.CHANGE)
                .id();
        try (Upload upload = files.upload(id, CodebaseMessages.of(metadata));
                InputStream body = exchange.body()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int read;
            while ((read = body.read(buffer)) >= 0) {
                upload.write(buffer, 0, read);
            }
            UploadResult result = secrets.end(exchange.caller(), id, upload::finish, UploadResult::secrets);
            byte[] answer = ApiJson.print(CodebaseMessages.of(result)).getBytes(StandardCharsets.UTF_8);
            trail.record(
                    exchange.caller(), "codebase_changed", Map.of("codebase_id", id, "path", metadata.getFilePath()));
            exchange.answer(answer);
        }
    }
}
