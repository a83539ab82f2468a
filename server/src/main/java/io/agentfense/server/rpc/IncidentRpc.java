package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.DownloadReportRequest;
import io.agentfense.api.ours.v1.Incident;
import io.agentfense.api.ours.v1.IncidentServiceGrpc.IncidentServiceImplBase;
import io.agentfense.api.ours.v1.IsolateSandboxRequest;
import io.agentfense.api.ours.v1.ListIncidentsRequest;
import io.agentfense.api.ours.v1.ListIncidentsResponse;
import io.agentfense.api.ours.v1.ReleaseSandboxRequest;
import io.agentfense.api.ours.v1.ReportChunk;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.Verb;
import io.agentfense.server.incident.Reports;
import io.agentfense.server.sandbox.Isolations;
import io.agentfense.server.sandbox.Isolations.Isolated;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.store.Ids;
import io.grpc.stub.StreamObserver;
import java.io.BufferedOutputStream;

/** {@code agentfense.v1.IncidentService}. Thread-safe. */
public final class IncidentRpc extends IncidentServiceImplBase {
    private static final int LONGEST_REASON = 1024;

    private static final int CHUNK_BYTES = 64 << 10;

    private final Door door;
    private final Isolations isolations;
    private final Reports reports;

    /** Over these isolations and reports. */
    public IncidentRpc(Door door, Isolations isolations, Reports reports) {
        this.door = door;
        this.isolations = isolations;
        this.reports = reports;
    }

    @Override
    public void isolateSandbox(IsolateSandboxRequest request, StreamObserver<Incident> observer) {
        Call.answer(observer, () -> {
            Caller caller = Door.caller();
            Authorization.checkAdministrator(caller);
            String id = door.enter(request.getSandboxId(), Verb.ADMINISTER);
            return message(isolations.isolate(id, caller.userId(), reason(request.getReason()), request.getKill()));
        });
    }

    @Override
    public void releaseSandbox(ReleaseSandboxRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            Caller caller = Door.caller();
            Authorization.checkAdministrator(caller);
            String id = door.enter(request.getSandboxId(), Verb.ADMINISTER);
            return SandboxMessages.of(isolations.release(id, caller.userId(), reason(request.getReason())));
        });
    }

    @Override
    public void listIncidents(ListIncidentsRequest request, StreamObserver<ListIncidentsResponse> observer) {
        Call.answer(observer, () -> {
            Authorization.checkReadsAll(Door.caller());
            ListIncidentsResponse.Builder response = ListIncidentsResponse.newBuilder();
            isolations.list().forEach(isolated -> response.addIncidents(message(isolated)));
            return response.build();
        });
    }

    /** Not by the door: also of a sandbox that is gone, of which the audit log alone knows. */
    @Override
    public void downloadReport(DownloadReportRequest request, StreamObserver<ReportChunk> observer) {
        Outflow<ReportChunk> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            Caller caller = Door.caller();
            Authorization.checkReadsAll(caller);
            Door.required(request.getSandboxId(), "sandbox_id");
            if (!Ids.isSandbox(request.getSandboxId())) {
                throw Refusal.noSandbox();
            }
            if (request.getMaxBytes() < 0) {
                throw new Refusal(Refusal.Kind.INVALID, "max_bytes: not a number of bytes");
            }
            reports.write(
                    request.getSandboxId(),
                    caller.userId(),
                    reason(request.getReason()),
                    request.getMaxBytes() == 0 ? Reports.USUAL_BYTES : request.getMaxBytes(),
                    () -> new BufferedOutputStream(new ReportOutput(outflow), CHUNK_BYTES));
        });
    }

    private static String reason(String given) throws Refusal {
        if (given.length() > LONGEST_REASON || given.indexOf(0) >= 0) {
            throw new Refusal(Refusal.Kind.INVALID, "reason: at most " + LONGEST_REASON + " characters, no NUL");
        }
        return given;
    }

    private static Incident message(Isolated isolated) {
        return Incident.newBuilder()
                .setSandbox(SandboxMessages.of(isolated.record()))
                .setIsolatedAt(Times.of(isolated.isolation().since()))
                .setIsolatedBy(isolated.isolation().by())
                .setReason(isolated.isolation().reason())
                .setProcesses(
                        switch (isolated.processes()) {
                            case FROZEN -> Incident.Processes.FROZEN;
                            case KILLED -> Incident.Processes.KILLED;
                            case NONE -> Incident.Processes.NONE;
                        })
                .build();
    }
}
