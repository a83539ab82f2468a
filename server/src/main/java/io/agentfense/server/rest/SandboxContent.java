package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.sandbox.files.FileEntry;
import io.agentfense.sandbox.files.SandboxFiles;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.sandbox.files.WriteOptions;
import io.agentfense.server.access.Verb;
import io.agentfense.server.http.ApiJson;
import io.agentfense.server.rpc.CallTrail;
import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.FileRpc;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.sandbox.Files;
import io.agentfense.server.sandbox.Refusal;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code GET} and {@code PUT /v1/sandboxes/{sandbox_id}/fs/content?path=…}: the content of a file as the sandbox sees it.
 * {@code GET} takes {@code offset}; {@code PUT} takes {@code mode} (octal) and replaces the file as a whole. Thread-safe.
 */
public final class SandboxContent extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/fs/content";

    private static final int PIECE_BYTES = 1 << 20;

    private final Gatekeeper gatekeeper;
    private final Door door;
    private final Files files;
    private final CallTrail trail;

    /**
     * Over these files.
     *
     * @param trail where changes are written down
     */
    public SandboxContent(Gatekeeper gatekeeper, Door door, Files files, CallTrail trail) {
        this.gatekeeper = gatekeeper;
        this.door = door;
        this.files = files;
        this.trail = trail;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::read);
    }

    @Override
    protected HttpResponse doPut(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::write);
    }

    private String sandbox(Exchange exchange) throws Exception {
        return door.enter(exchange.caller(), exchange.pathParameter("sandbox_id"), Verb.EXECUTE);
    }

    private void read(Exchange exchange) throws Exception {
        String id = sandbox(exchange);
        SandboxPath path = Files.path(exchange.queryParameter("path"));
        long at = exchange.queryNumber("offset", 10);
        byte[] piece = readAt(id, path, at);
        exchange.begin(MediaType.OCTET_STREAM);
        while (piece.length > 0) {
            exchange.send(piece, 0, piece.length);
            at += piece.length;
            piece = readAt(id, path, at);
        }
    }

    private byte[] readAt(String id, SandboxPath path, long at) throws Refusal {
        return files.look(id, inside -> inside.read(path, at, PIECE_BYTES));
    }

    private void write(Exchange exchange) throws Exception {
        String id = sandbox(exchange);
        SandboxPath path = Files.path(exchange.queryParameter("path"));
        int mode = exchange.queryMode();
        WriteOptions options = mode == 0 ? WriteOptions.DEFAULT : new WriteOptions(mode, false, true, true);
        byte[] content;
        try (InputStream body = exchange.body()) {
            content = body.readNBytes(SandboxFiles.MAX_BYTES + 1);
        }
        if (content.length > SandboxFiles.MAX_BYTES) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "a file may have at most " + SandboxFiles.MAX_BYTES + " bytes; upload it");
        }
        FileEntry written = files.change(id, inside -> {
            inside.write(path, content, options);
            return inside.stat(path);
        });
        trail.record(exchange.caller(), "file_changed", Map.of("sandbox_id", id, "path", path.toString()));
        exchange.answer(ApiJson.print(FileRpc.message(written)).getBytes(StandardCharsets.UTF_8));
    }
}
