package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.incident.Reports;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.Ids;
import java.io.BufferedOutputStream;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/report}: all there is to know of a sandbox in one archive, for auditors and
 * administrators. The query: {@code reason} for the audit log, {@code max_bytes} of the delta's files. Thread-safe.
 */
public final class IncidentReport extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/report";

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int LONGEST_REASON = 1024;

    private final Gatekeeper gatekeeper;
    private final Reports reports;

    /** Of these reports. */
    public IncidentReport(Gatekeeper gatekeeper, Reports reports) {
        this.gatekeeper = gatekeeper;
        this.reports = reports;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::report);
    }

    private void report(Exchange exchange) throws Exception {
        Authorization.checkReadsAll(exchange.caller());
        String id = exchange.pathParameter("sandbox_id");
        if (!Ids.isSandbox(id)) {
            throw Refusal.noSandbox();
        }
        String reason = exchange.queryParameter("reason");
        if (reason.length() > LONGEST_REASON) {
            throw new Refusal(Kind.INVALID, "reason: at most " + LONGEST_REASON + " characters");
        }
        long given = exchange.queryNumber("max_bytes", 10);
        if (given < 0) {
            throw new Refusal(Kind.INVALID, "max_bytes: not a number of bytes");
        }
        reports.write(id, exchange.caller().userId(), reason, given == 0 ? Reports.USUAL_BYTES : given, () -> {
            exchange.begin(ResponseHeaders.of(
                    HttpStatus.OK,
                    "content-type",
                    "application/gzip",
                    "content-disposition",
                    "attachment; filename=\"incident-" + id + ".tar.gz\""));
            return new BufferedOutputStream(exchange.output(), BUFFER_BYTES);
        });
    }
}
