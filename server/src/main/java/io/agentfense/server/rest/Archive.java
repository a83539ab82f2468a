package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.v1.FoundSecret;
import io.agentfense.server.access.Verb;
import io.agentfense.server.codebase.ArchiveResult;
import io.agentfense.server.codebase.CodebaseFiles;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.CallTrail;
import io.agentfense.server.rpc.CodebaseMessages;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.SecretTrail;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code POST} and {@code GET /v1/codebases/{codebase_id}/archive}: many files at once, as a tar stream. The query
 * parameter {@code path} names the directory that the archive is of. Thread-safe.
 */
public final class Archive extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/codebases/{codebase_id}/archive";

    private static final MediaType TAR = MediaType.parse("application/x-tar");
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
    public Archive(Gatekeeper gatekeeper, Door door, CodebaseFiles files, CallTrail trail, SecretTrail secrets) {
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
    protected HttpResponse doPost(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::upload);
    }

    private void download(Exchange exchange) throws Exception {
        String id = door.codebase(exchange.caller(), exchange.pathParameter("codebase_id"), Verb.READ)
                .id();
        files.list(id, exchange.queryParameter("path"), false);
        exchange.begin(TAR);
        try (OutputStream out = new BufferedOutputStream(exchange.output(), BUFFER_BYTES)) {
            files.downloadArchive(id, exchange.queryParameter("path"), out);
        }
    }

    private void upload(Exchange exchange) throws Exception {
        String id = door.codebase(exchange.caller(), exchange.pathParameter("codebase_id"), Verb.CHANGE)
                .id();
        ArchiveResult result;
        try (InputStream body = exchange.body()) {
            String path = exchange.queryParameter("path");
            result = secrets.end(
                    exchange.caller(), id, () -> files.uploadArchive(id, path, body), ArchiveResult::secrets);
        }
        byte[] answer = json(result).getBytes(StandardCharsets.UTF_8);
        trail.record(
                exchange.caller(),
                "codebase_changed",
                Map.of(
                        "codebase_id",
                        id,
                        "path",
                        exchange.queryParameter("path"),
                        "files",
                        Long.toString(result.files())));
        exchange.answer(answer);
    }

    private static String json(ArchiveResult result) throws IOException {
        List<String> found = new ArrayList<>();
        for (FoundSecret secret : CodebaseMessages.of(result.secrets())) {
            found.add(ApiJson.print(secret));
        }
        return "{\"files\":\"%d\",\"directories\":\"%d\",\"links\":\"%d\",\"bytes\":\"%d\",\"secrets\":[%s],\"secretCount\":\"%d\"}"
                .formatted(
                        result.files(),
                        result.directories(),
                        result.links(),
                        result.bytes(),
                        String.join(",", found),
                        result.secrets().count());
    }
}
